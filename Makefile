# 日常命令。新机器上只需要 python3（3.11 及以上）与 make；数据库与队列在没有指定时用内置的。
.DEFAULT_GOAL := help
.PHONY: help setup run test check bench deep torture clean
MAKEFLAGS += --no-print-directory

# A name may exist and not run (version managers leave stubs), so each is tried.
NAMES := python3.13 python3.12 python3.11 python3
with_python = for name in $(NAMES); do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then exec $$name $(1); fi; done; \
	echo "需要 Python 3.11 或以上，没有找到。(Python >= 3.11 is needed.)" >&2; exit 1
PORTAL := .venv/bin/python

# make test TESTS="tests/settlement -k 报销" WORKERS=2
TESTS ?=
WORKERS ?= 2
PYTEST = $(PORTAL) -m pytest -n $(WORKERS)
ifndef CHROMIUM
CHROMIUM := $(firstword $(foreach name,chromium chromium-browser google-chrome google-chrome-stable,$(shell command -v $(name))) \
	$(wildcard $(HOME)/.cache/ms-playwright/chromium-*/chrome-linux*/chrome))
endif
export CHROMIUM

# Modules that import no Django: their types are checked strictly.
PURE = $(sort $(wildcard common/money.py common/dates.py common/law.py */rules.py */rules/*.py */rules_*.py \
	*/parameters.py registry/identity.py settlement/policy_file/*.py settlement/case_file.py) config/embedded)

help:
	@echo "make run      运行门户（演示数据，http://127.0.0.1:8000/，PORT 可改端口；Ctrl-C 结束）"
	@echo "make setup    准备虚拟环境与依赖（run、test 会自己做）"
	@echo "make test     全部测试    make deep  长时间性质测试    make torture  断电与大数据量测试"
	@echo "make check    格式、静态检查、类型、迁移、部署检查    make bench  性能测试"
	@echo "make clean    停止内置服务，删除内置数据与缓存"

setup:
	@$(call with_python,.ci/setup.py)

run: setup
	@DEMO=1 exec $(PORTAL) manage.py portal --end-with-parent

test: setup
	@if test -n "$(CHROMIUM)"; then echo "浏览器测试使用 $(CHROMIUM)"; else echo "没有找到 Chromium，浏览器测试将跳过"; fi
	@exec $(PYTEST) -m "not deep and not torture" $(TESTS)

deep: setup
	@exec $(PYTEST) -m deep $(TESTS)

torture: setup
	@exec $(PYTEST) -m torture $(TESTS)

bench: setup
	@exec $(PORTAL) -m benchmarks

check: setup
	@echo "格式" && $(PORTAL) -m ruff format --quiet --check . || { echo "请运行 $(PORTAL) -m ruff format ." >&2; exit 1; }
	@echo "静态检查" && $(PORTAL) -m ruff check --quiet .
	@echo "类型" && $(PORTAL) -m mypy --strict --no-error-summary $(PURE)
	@echo "引用方向" && $(PORTAL) -c "import sys; from importlinter.cli import lint_imports_command as lint; sys.exit(lint())" --no-logo
	@echo "迁移" && $(PORTAL) manage.py makemigrations --check --dry-run --verbosity 1
	@echo "部署检查" && env -u EMBEDDED DEMO=0 DEBUG=0 HTTPS=1 \
		SECRET_KEY="$$($(PORTAL) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		IDENTITY_KEY="$$($(PORTAL) -c 'import secrets; print(secrets.token_urlsafe(50))')" \
		ALLOWED_HOSTS=portal.example CSRF_TRUSTED_ORIGINS=https://portal.example \
		DATABASE_URL=postgresql://portal_worker@database.example/portal REDIS_URL=redis://queue.example/0 \
		$(PORTAL) manage.py check --deploy --fail-level WARNING

clean:
	@$(call with_python,-m config.embedded erase)
	@rm -rf var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -not -path "./.venv/*" -prune -exec rm -rf {} +
