"""A policy file (参保地政策文件): YAML read into a policy ready to compute with, or every fault with file, line, key."""

from settlement.policy_file.reading import read_policies, read_policy, read_policy_files
from settlement.policy_file.syntax import BadPolicy, PolicyFault
from settlement.policy_file.warnings import PolicyWarning, policy_warnings

__all__ = [
    "BadPolicy",
    "PolicyFault",
    "PolicyWarning",
    "policy_warnings",
    "read_policies",
    "read_policy",
    "read_policy_files",
]
