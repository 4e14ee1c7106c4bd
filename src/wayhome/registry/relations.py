"""What a relation to one head becomes when somebody else is head, as far as it can be known."""

from __future__ import annotations

from wayhome.registry.states import Relation as R

# By what the new head was to the old one: relation of another person to the old head, then to the new one.
_TABLE: dict[str, dict[str, str]] = {
    R.SPOUSE: {
        R.HEAD: R.SPOUSE,
        R.CHILD: R.CHILD,
        R.GRANDCHILD: R.GRANDCHILD,
        R.CHILD_IN_LAW: R.CHILD_IN_LAW,
        R.FOSTER_CHILD: R.FOSTER_CHILD,
        R.PARENT: R.PARENT_IN_LAW,
        R.PARENT_IN_LAW: R.PARENT,
    },
    R.CHILD: {R.HEAD: R.PARENT, R.SPOUSE: R.PARENT, R.CHILD: R.SIBLING, R.PARENT: R.GRANDPARENT},
    R.PARENT: {R.HEAD: R.CHILD, R.SPOUSE: R.CHILD_IN_LAW, R.SIBLING: R.CHILD, R.CHILD: R.GRANDCHILD},
    R.SIBLING: {R.HEAD: R.SIBLING, R.SIBLING: R.SIBLING, R.PARENT: R.PARENT, R.GRANDPARENT: R.GRANDPARENT},
    R.CHILD_IN_LAW: {R.HEAD: R.PARENT_IN_LAW, R.SPOUSE: R.PARENT_IN_LAW},
    R.PARENT_IN_LAW: {R.HEAD: R.CHILD_IN_LAW, R.SPOUSE: R.CHILD},
    R.GRANDCHILD: {R.HEAD: R.GRANDPARENT, R.SPOUSE: R.GRANDPARENT},
    R.GRANDPARENT: {R.HEAD: R.GRANDCHILD, R.CHILD: R.OTHER_RELATIVE},
}


def to_new_head(new_head_was: str, person_was: str) -> str:
    """The relation to the new head. Where the two old ones leave it open, "other relative"; unknown stays unknown."""
    if not person_was or not new_head_was:
        return ""
    if R.NOT_RELATED in {person_was, new_head_was}:
        return R.NOT_RELATED
    return _TABLE.get(new_head_was, {}).get(person_was, R.OTHER_RELATIVE)
