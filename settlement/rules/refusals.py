"""Why a benefit is not computed: each refusal has a code for programs and a sentence for clerks."""


class Refusal(Exception):
    """A calculation that is refused; ``code`` is one of the published words, ``message`` is Chinese."""

    code = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoPolicy(Refusal):
    """No policy of the person's area and insurance is in force on the settlement day."""

    code = "no_policy"


class OverlappingPolicies(Refusal):
    """Two policies of one area and insurance hold the settlement day."""

    code = "overlapping_policies"


class NotCovered(Refusal):
    """The policy has no benefit of this kind, or no row for this person and visit."""

    code = "not_covered"


class BadCase(Refusal):
    """The case itself is at fault."""

    code = "bad_case"
