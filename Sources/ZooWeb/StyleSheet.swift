/// The pages' style: system fonts, one accent, light and dark, wide and narrow.
package enum StyleSheet {
    /// Colours by name, light and dark. Text on its ground has a contrast of 4.5 at least, edges 3 (WCAG 2.2, AA).
    package static let colours: [(name: String, light: String, dark: String)] = [
        ("paper", "#fbfbf9", "#141715"), ("raised", "#ffffff", "#1b1f1c"), ("sunken", "#f2f3ef", "#232925"),
        ("line", "#e2e4dd", "#303631"), ("edge", "#858d87", "#6f7972"), ("ink", "#1d211e", "#e7ebe7"),
        ("soft", "#5a625c", "#a2aca5"), ("accent", "#22694a", "#7fd0a6"), ("tint", "#e3f0e9", "#1e362a"),
        ("warn", "#8a3b12", "#f0ae82"), ("warn-tint", "#fdf0e6", "#3a2517"),
    ]

    static let text = """
        :root {
          color-scheme: light dark;
          \(colours.map { "--\($0.name): \($0.light);" }.joined(separator: " "))
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root { \(colours.map { "--\($0.name): \($0.dark);" }.joined(separator: " ")) }
        }
        \(base)
        \(list)
        \(model)
        \(lineage)
        \(narrow)

        """

    private static let base = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 var(--sans); }
        a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .18em; }
        a:not(:hover) { text-decoration-color: transparent; }
        p a:not(:hover), .card a:not(:hover), dd a:not(:hover) { text-decoration-color: inherit; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        .skip { position: absolute; left: -99rem; }
        .skip:focus { left: 1rem; top: 1rem; background: var(--raised); padding: .4rem .8rem; z-index: 1; }
        .bar, main { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
        main { padding-bottom: 4rem; }
        header.site { border-bottom: 1px solid var(--line); }
        .bar { display: flex; align-items: center; gap: 1.2rem; min-height: 4rem; }
        .bar img { display: block; width: 1.6rem; height: 1.6rem; }
        .bar .home { display: flex; align-items: center; gap: .5rem; font-weight: 650; font-size: 1.1rem;
          color: var(--ink); letter-spacing: -.01em; text-decoration: none; min-height: 2.2rem; }
        .bar .end { margin-left: auto; font-size: .9rem; color: var(--soft); overflow-wrap: anywhere; }
        .bar a.end { color: var(--accent); }
        .bar .seek { flex: 0 1 18rem; min-width: 0; }
        .bar .seek input { font-size: .95rem; padding: .4rem .7rem; }
        h1 { font-size: clamp(1.5rem, 4vw, 2rem); line-height: 1.2; letter-spacing: -.02em; font-weight: 680;
          margin: 2rem 0 .4rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.1rem; font-weight: 650; letter-spacing: -.005em; margin: 2.6rem 0 .8rem; }
        .lead { color: var(--soft); margin: 0 0 1.2rem; max-width: 46rem; }
        code, pre, .mono { font-family: var(--mono); font-size: .875em; }
        input, select, button { font: inherit; color: var(--ink); background: var(--raised);
          border: 1px solid var(--edge); border-radius: 8px; padding: .5rem .7rem; min-width: 0; width: 100%; }
        input[type=search] { appearance: none; }
        input::placeholder { color: var(--soft); opacity: 1; }
        select:disabled { color: var(--soft); border-color: var(--line); opacity: 1; }
        button { width: auto; cursor: pointer; }
        .count { color: var(--soft); font-size: .9rem; margin: 0 0 .6rem; }
        .facts { display: flex; flex-wrap: wrap; gap: .35rem .9rem; align-items: center; font-size: .88rem;
          color: var(--soft); margin: .45rem 0 0; }
        .facts > * { overflow-wrap: anywhere; }
        .chip { display: inline-block; background: var(--sunken); color: var(--ink); border-radius: 99px;
          padding: .16rem .65rem; font: .8rem/1.4 var(--sans); text-decoration: none; overflow-wrap: anywhere; }
        .chip.kind { background: var(--tint); color: var(--accent); font-weight: 600; }
        .chip.alias { background: none; color: var(--accent); box-shadow: inset 0 0 0 1px var(--edge); }
        td .chip { overflow-wrap: break-word; }
        .chip.yanked { background: var(--warn-tint); color: var(--warn); font-weight: 600; }
        a.chip:hover { text-decoration: underline; }
        .chips { display: inline-flex; flex-wrap: wrap; gap: .3rem; }
        """

    private static let list = """
        form.find { display: flex; flex-wrap: wrap; gap: .7rem .6rem; margin: 1.2rem 0 1.2rem; align-items: end; }
        form.find label { display: grid; gap: .25rem; font-size: .82rem; color: var(--soft); flex: 1 1 8rem; }
        form.find select { font-size: .95rem; }
        form.find .words { flex: 1 1 100%; }
        form.find input { font-size: 1.05rem; padding: .7rem .9rem; }
        form.find button { font-size: .95rem; background: var(--accent); border-color: var(--accent);
          color: var(--paper); font-weight: 600; }
        .live form.find button { display: none; }
        ul.models { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
        ul.models li { border-bottom: 1px solid var(--line); padding: 1.1rem 0; }
        ul.models h2 { font-size: 1.06rem; font-weight: 620; margin: 0; overflow-wrap: anywhere; }
        ul.models h2 small { color: var(--soft); font-weight: 400; font-family: var(--mono); font-size: .82rem; }
        ul.models p { margin: .25rem 0 0; color: var(--soft); max-width: 48rem; overflow-wrap: anywhere; }
        nav.pages { display: flex; align-items: baseline; gap: 1.2rem; margin: 1.4rem 0; }
        .empty { padding: 3rem 0; text-align: center; color: var(--soft); }
        """

    private static let model = """
        .contents ul { display: flex; flex-wrap: wrap; gap: 0 1.2rem; list-style: none; padding: 0; margin: 1rem 0 0;
          font-size: .92rem; }
        .contents a { display: block; padding: .2rem 0; }
        .columns { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; grid-template-rows: auto 1fr;
          gap: 0 3rem; margin-top: 1.2rem; }
        .columns > * { min-width: 0; }
        .columns aside { grid-column: 2; grid-row: 1 / span 2; }
        .columns .rest { grid-column: 1; }
        .caption { margin: 0 0 .25rem; font-size: .82rem; color: var(--soft); }
        .command { display: flex; gap: .6rem; align-items: start; background: var(--sunken); border-radius: 8px;
          padding: .55rem .6rem .55rem .9rem; margin: 0 0 .9rem; }
        .command code { flex: 1; min-width: 0; overflow-wrap: anywhere; padding: .12rem 0; }
        .command .option { white-space: nowrap; }
        .command .copy { padding: .1rem .65rem; font-size: .82rem; border-radius: 6px; min-width: 4.6rem; }
        .notice { background: var(--warn-tint); color: var(--warn); border-radius: 8px; padding: .7rem 1rem;
          margin: 1rem 0 0; overflow-wrap: anywhere; }
        .notice a { color: inherit; }
        aside h2 { margin: 0 0 .4rem; }
        dl { margin: 0; font-size: .92rem; }
        aside dl > div { display: flex; justify-content: space-between; gap: 1rem; padding: .42rem 0;
          border-bottom: 1px solid var(--line); }
        aside dl > .long { display: block; }
        aside .long dd { text-align: left; font-size: .88em; line-height: 1.4; padding-top: .2rem; }
        dt { color: var(--soft); }
        dd { margin: 0; overflow-wrap: anywhere; }
        aside dd { text-align: right; }
        .task { border-top: 1px solid var(--line); padding: .8rem 0 1rem; }
        .task h3 { font-size: 1rem; font-weight: 620; margin: 0 0 .4rem; overflow-wrap: anywhere; }
        .task small { color: var(--soft); font-weight: 400; font-size: .88rem; margin-left: .3rem; }
        .task p { margin: 0 0 .5rem; color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
        dl.metrics { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.4rem, 1fr)); gap: .5rem 1rem; }
        .metrics dt { font-size: .82rem; }
        .metrics dd { font-variant-numeric: tabular-nums; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
        th { text-align: left; font-weight: 500; color: var(--soft); font-size: .82rem; }
        th, td { padding: .42rem 1rem .42rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
        td.number, th.number { text-align: right; padding-right: 0; white-space: nowrap; }
        td.day { white-space: nowrap; }
        td a { overflow-wrap: anywhere; }
        a[aria-current] { color: var(--ink); font-weight: 650; }
        .card { border: 1px solid var(--line); background: var(--raised); border-radius: 10px;
          padding: .4rem 1.4rem 1rem; overflow-wrap: anywhere; }
        .card h3 { font-size: 1.3rem; line-height: 1.3; margin: 1rem 0 .5rem; }
        .card h4 { font-size: 1.08rem; margin: 1.4rem 0 .4rem; }
        .card h5, .card h6 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
        .card p, .card ul, .card ol { margin: .6rem 0; }
        .card ul, .card ol { padding-left: 1.4rem; }
        .card pre { background: var(--sunken); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; line-height: 1.5; }
        .card :not(pre) > code { background: var(--sunken); border-radius: 4px; padding: .1em .3em; }
        .card img { max-width: 100%; }
        .card table { display: block; overflow-x: auto; }
        .card blockquote { margin: .8rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
        ol.history { list-style: none; padding: 0; margin: 0; font-size: .92rem; }
        ol.history li { display: grid; grid-template-columns: 9.6rem minmax(0, 1fr); padding: .4rem 0;
          border-bottom: 1px solid var(--line); }
        ol.history span { overflow-wrap: anywhere; }
        ol.history time { color: var(--soft); font-variant-numeric: tabular-nums; }
        """

    /// A tree from top to bottom; from left to right where it is shallow and there is room.
    private static let lineage = """
        .lineage { overflow-x: auto; padding: 2px; }
        .lineage ul { list-style: none; margin: 0; padding: 0; }
        .lineage li { position: relative; }
        .lineage li li { padding-left: 1.6rem; padding-top: .5rem; }
        .lineage li li::before, .lineage li li::after, .lineage ul ul::before {
          content: ""; position: absolute; border: 0 solid var(--edge); }
        .lineage li li::before { left: .7rem; top: 0; height: 100%; border-left-width: 1.5px; }
        .lineage li li:last-child::before { height: 2rem; }
        .lineage li li::after { left: .7rem; top: 2rem; width: .9rem; border-top-width: 1.5px; }
        .model { display: block; max-width: 26rem; min-width: 9rem; background: var(--raised); color: var(--ink);
          border: 1px solid var(--edge); border-radius: 8px; padding: .45rem .75rem; line-height: 1.35;
          overflow-wrap: anywhere; text-decoration: none; }
        .model .name { display: block; font-size: .88rem; font-weight: 620; }
        .model .detail { display: block; font-size: .8rem; color: var(--soft); }
        .model.here { background: var(--tint); border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
        .model.missing { background: none; border-style: dashed; }
        a.model:hover { border-color: var(--accent); }
        a.model:hover .name { text-decoration: underline; }
        @media (min-width: 68rem) {
          .lineage:not(.deep) li { display: flex; align-items: center; }
          .lineage:not(.deep) .model { flex: 0 0 12.2rem; }
          .lineage:not(.deep) ul ul { position: relative; margin-left: 1.3rem; }
          .lineage:not(.deep) ul ul::before { left: -1.3rem; top: 50%; width: 1.3rem; border-top-width: 1.5px; }
          .lineage:not(.deep) li li { padding: .3rem 0 .3rem 1.3rem; }
          .lineage:not(.deep) li li::before { left: 0; }
          .lineage:not(.deep) li li:first-child::before { top: 50%; height: 50%; }
          .lineage:not(.deep) li li:last-child::before { height: 50%; }
          .lineage:not(.deep) li li:only-child::before { display: none; }
          .lineage:not(.deep) li li::after { left: 0; top: 50%; width: 1.3rem; }
        }
        """

    private static let narrow = """
        @media (max-width: 52rem) {
          .columns { display: block; }
          aside h2 { margin-top: 2.6rem; }
          .bar, main { padding-left: 1rem; padding-right: 1rem; }
          .card { padding: .2rem 1rem .6rem; }
          form.find label { flex-basis: calc(50% - .3rem); }
          form.find select, form.find input, .bar .seek input { font-size: 1rem; }
          ol.history li { display: block; }
          ol.history span { display: block; }
        }
        @media (prefers-reduced-motion: no-preference) {
          a { transition: text-decoration-color .12s, border-color .12s; }
        }
        """
}
