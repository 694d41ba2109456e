"""What would make a server unsafe, each with an id and the remedy; demo and tests are exempt."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured


def safety_faults() -> list[CheckMessage]:
    """Everything that forbids serving real people with the present settings."""
    faults: list[CheckMessage] = []
    if settings.DEBUG:
        faults.append(Error("DEBUG 已打开。", hint="设置环境变量 DEBUG=0。", id="portal.E001"))
    if settings.SECRET_KEY == settings.DEFAULT_SECRET_KEY:
        faults.append(
            Error("SECRET_KEY 仍是默认值。", hint="设置 SECRET_KEY 为一段保密的长随机文本。", id="portal.E002")
        )
    if settings.IDENTITY_KEY == settings.DEFAULT_SECRET_KEY:
        faults.append(
            Error("IDENTITY_KEY 仍是默认值。", hint="设置 IDENTITY_KEY；它一经使用不可更换。", id="portal.E003")
        )
    if settings.EMBEDDED_POSTGRES:
        faults.append(Error("没有设置 DATABASE_URL。", hint="写明 PostgreSQL（15 及以上）的地址。", id="portal.E004"))
    if settings.EMBEDDED_REDIS:
        faults.append(Error("没有设置 REDIS_URL。", hint="写明 Redis（6 及以上）的地址。", id="portal.E005"))
    return faults


@register(Tags.security, deploy=True)
def check_server_safety(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The same faults, as ``manage.py check --deploy`` shows them."""
    return safety_faults()


def require_safe_server() -> None:
    """Refuse to serve: raised by the web server, the worker and beat as they start, outside demo and tests."""
    if settings.DEMO or settings.TESTING:
        return
    if faults := safety_faults():
        lines = "\n".join(f"  {fault.id} {fault.msg}{fault.hint}" for fault in faults)
        raise ImproperlyConfigured(f"服务未启动，以下设置不安全：\n{lines}\n演示请用 make run。")
