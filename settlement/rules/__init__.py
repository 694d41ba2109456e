"""The benefit of a visit: host catalogue, home policy (articles 31–33, 41); pure, exact, shown step by step."""

from settlement.rules.benefit import Benefit, compute_benefit, explain_benefit
from settlement.rules.bill import Step
from settlement.rules.case import Computed, compute_case, explain_case
from settlement.rules.kept import NOTHING_KEPT, Additions, Kept, KeptKey, RunningKept
from settlement.rules.policy import Document, Layer, Policy, policy_in_force
from settlement.rules.refusals import BadCase, NoPolicy, NotCovered, OverlappingPolicies, Refusal
from settlement.rules.visit import Case, Charges, Person, Reversal, Visit

__all__ = [
    "NOTHING_KEPT",
    "Additions",
    "BadCase",
    "Benefit",
    "Case",
    "Charges",
    "Computed",
    "Document",
    "Kept",
    "KeptKey",
    "Layer",
    "NoPolicy",
    "NotCovered",
    "OverlappingPolicies",
    "Person",
    "Policy",
    "Refusal",
    "Reversal",
    "RunningKept",
    "Step",
    "Visit",
    "compute_benefit",
    "compute_case",
    "explain_benefit",
    "explain_case",
    "policy_in_force",
]
