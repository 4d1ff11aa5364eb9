# `make demo` and `make test` work from a fresh clone: they install what is missing first.
# One release build serves both, so that nothing is compiled twice.

SWIFT_BUILD := swift build -c release
TEST_FILTER ?=

.PHONY: help build demo test zoo bench lint format clean

help:
	@echo "make demo    the story: pull an encoder, fine-tune a head, publish and verify it"
	@echo "make build   the release build; the program is .build/release/zoo"
	@echo "make test    every test (TEST_FILTER=pattern for some)"
	@echo "make zoo     rebuild the models of zoo/ from their recipes, to the same digests"
	@echo "make bench   figures beside those of other programs (see Benchmarks/)"
	@echo "make lint    what CI checks of the sources' form; make format repairs it"

build:
	scripts/bootstrap
	$(SWIFT_BUILD) --product zoo

demo: build
	scripts/demo

test:
	scripts/bootstrap test
	$(SWIFT_BUILD) --build-tests
	scripts/test $(if $(TEST_FILTER),'$(TEST_FILTER)')

zoo: build
	scripts/make-zoo

bench: build
	Benchmarks/run

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

clean:
	rm -rf .build
