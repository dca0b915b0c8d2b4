"""tenant.v1."""

from tenant_writers import OBJECTS, Variants, beside

VARIANTS: Variants = {"whole": lambda: (beside(OBJECTS), "others.json")}
