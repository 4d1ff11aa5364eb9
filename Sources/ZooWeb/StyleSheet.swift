/// The pages' style: system fonts, one accent, light and dark, wide and narrow.
enum StyleSheet {
    static let text = """
        :root {
          color-scheme: light dark;
          --paper: #fbfbf9; --raised: #ffffff; --sunken: #f2f3ef; --line: #e2e4dd; --ink: #1d211e; --soft: #5d655f;
          --accent: #22694a; --tint: #e3f0e9; --warn: #8a3b12; --warn-tint: #fdf0e6;
          --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --paper: #141715; --raised: #1b1f1c; --sunken: #202521; --line: #303631; --ink: #e7ebe7; --soft: #9ba59e;
            --accent: #7fd0a6; --tint: #1e362a; --warn: #f0ae82; --warn-tint: #3a2517;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 var(--sans); }
        a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .18em; }
        a:not(:hover) { text-decoration-color: transparent; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
        .skip { position: absolute; left: -99rem; }
        .skip:focus { left: 1rem; top: 1rem; background: var(--raised); padding: .4rem .8rem; }
        .bar, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
        .bar { display: flex; align-items: center; gap: .6rem; padding-top: 1.1rem; padding-bottom: 1.1rem; }
        .bar img { display: block; width: 1.6rem; height: 1.6rem; }
        .bar .home { display: flex; align-items: center; gap: .5rem; font-weight: 650; font-size: 1.1rem;
          color: var(--ink); letter-spacing: -.01em; text-decoration: none; }
        .bar .end { margin-left: auto; font-size: .9rem; color: var(--soft); }
        header.site { border-bottom: 1px solid var(--line); }
        footer { color: var(--soft); font-size: .85rem; padding-top: 3rem; padding-bottom: 3rem; }
        h1 { font-size: clamp(1.5rem, 4vw, 2rem); line-height: 1.2; letter-spacing: -.02em; font-weight: 680;
          margin: 2rem 0 .4rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.05rem; font-weight: 650; letter-spacing: -.005em; margin: 2.4rem 0 .8rem; }
        .lead { color: var(--soft); margin: 0 0 1.2rem; max-width: 46rem; }
        code, pre, .mono { font-family: var(--mono); font-size: .875em; }
        form.find { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.4rem 0 1rem; align-items: end; }
        form.find label { display: grid; gap: .2rem; font-size: .78rem; color: var(--soft); flex: 1 1 8rem; }
        form.find .words { flex: 1 1 100%; }
        input, select, button { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line);
          border-radius: 8px; padding: .5rem .7rem; min-width: 0; width: 100%; }
        input[type=search] { font-size: 1.05rem; padding: .7rem .9rem; appearance: none; }
        input::placeholder { color: var(--soft); opacity: 1; }
        button { width: auto; cursor: pointer; }
        form.find button { background: var(--accent); border-color: var(--accent); color: var(--paper);
          font-weight: 600; }
        .live form.find button { position: absolute; left: -99rem; }
        .count { color: var(--soft); font-size: .9rem; margin: 0 0 .6rem; }
        ul.models { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line); }
        ul.models li { border-bottom: 1px solid var(--line); padding: 1.05rem 0; }
        ul.models h3 { font-size: 1.06rem; font-weight: 620; margin: 0; overflow-wrap: anywhere; letter-spacing: -.01em; }
        ul.models h3 a { text-decoration: none; }
        ul.models h3 a:hover { text-decoration: underline; }
        ul.models h3 small { color: var(--soft); font-weight: 400; font-family: var(--mono); font-size: .8rem;
          margin-left: .35rem; }
        ul.models p { margin: .2rem 0 0; color: var(--soft); max-width: 48rem; overflow-wrap: anywhere; }
        .facts { display: flex; flex-wrap: wrap; gap: .3rem .9rem; align-items: center; font-size: .86rem;
          color: var(--soft); margin-top: .45rem; }
        .chip { background: var(--sunken); color: var(--ink); border-radius: 99px; padding: .08rem .6rem;
          font-size: .8rem; text-decoration: none; overflow-wrap: anywhere; }
        .chip.kind { background: var(--tint); color: var(--accent); font-weight: 600; }
        a.chip:hover { text-decoration: underline; }
        .chips { display: inline-flex; flex-wrap: wrap; gap: .3rem; }
        nav.pages { display: flex; gap: 1.2rem; margin: 1.4rem 0; font-size: .95rem; }
        .empty { padding: 3rem 0; text-align: center; color: var(--soft); }
        .columns { display: grid; grid-template-columns: minmax(0, 1fr) 19rem; gap: 0 3rem; }
        .columns > * { min-width: 0; }
        .command { display: flex; gap: .6rem; align-items: center; background: var(--sunken);
          border: 1px solid var(--line); border-radius: 8px; padding: .5rem .6rem .5rem .9rem; margin: 0 0 .6rem; }
        .command code { flex: 1; min-width: 0; overflow-x: auto; white-space: nowrap; padding: .15rem 0; }
        .command .copy { padding: .15rem .65rem; font-size: .8rem; border-radius: 6px; }
        .notice { background: var(--warn-tint); color: var(--warn); border-radius: 8px; padding: .7rem 1rem;
          margin: 1rem 0; overflow-wrap: anywhere; }
        dl { margin: 0; font-size: .92rem; }
        dl > div { display: flex; justify-content: space-between; gap: 1rem; padding: .42rem 0;
          border-bottom: 1px solid var(--line); }
        dt { color: var(--soft); }
        dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
        th { text-align: left; font-weight: 500; color: var(--soft); font-size: .82rem; }
        th, td { padding: .42rem .9rem .42rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        td td { padding-top: .1rem; padding-bottom: .1rem; border: 0; }
        aside h2 { margin-top: 0; }
        td.number, th.number { text-align: right; padding-right: 0; white-space: nowrap; }
        .card { border: 1px solid var(--line); background: var(--raised); border-radius: 10px;
          padding: .4rem 1.4rem 1rem; overflow-wrap: anywhere; }
        .card h1 { font-size: 1.35rem; margin: 1rem 0 .5rem; }
        .card h2 { font-size: 1.08rem; margin: 1.5rem 0 .4rem; }
        .card h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
        .card p, .card ul, .card ol { margin: .6rem 0; }
        .card a:not(:hover) { text-decoration-color: inherit; }
        .card pre { background: var(--sunken); border-radius: 8px; padding: .8rem 1rem; overflow-x: auto; line-height: 1.5; }
        .card :not(pre) > code { background: var(--sunken); border-radius: 4px; padding: .1em .3em; }
        .card img { max-width: 100%; }
        .card table { display: block; overflow-x: auto; }
        .card blockquote { margin: .8rem 0; padding-left: 1rem; border-left: 3px solid var(--line); color: var(--soft); }
        svg.lineage { display: block; font-family: var(--sans); }
        svg.lineage .edge { fill: none; stroke: var(--line); stroke-width: 1.6; }
        svg.lineage rect { fill: var(--raised); stroke: var(--line); }
        svg.lineage a:hover rect, svg.lineage a:focus-visible rect { stroke: var(--accent); }
        svg.lineage .here rect { fill: var(--tint); stroke: var(--accent); stroke-width: 1.5; }
        svg.lineage text { fill: var(--soft); font-size: 11.5px; }
        svg.lineage text.name { fill: var(--ink); font-size: 13.5px; font-weight: 600; }
        ol.history { list-style: none; padding: 0; margin: 0; font-size: .92rem; }
        ol.history li { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: .4rem 0;
          border-bottom: 1px solid var(--line); }
        ol.history time { color: var(--soft); font-variant-numeric: tabular-nums; min-width: 10.5rem; }
        @media (max-width: 52rem) {
          .columns { grid-template-columns: minmax(0, 1fr); }
          .bar, main, footer { padding-left: 1rem; padding-right: 1rem; }
          .card { padding: .2rem 1rem .6rem; }
          form.find label { flex-basis: calc(50% - .3rem); }
        }
        @media (prefers-reduced-motion: no-preference) {
          a, rect { transition: text-decoration-color .12s, stroke .12s; }
        }

        """
}
