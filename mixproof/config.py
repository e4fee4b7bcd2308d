"""What every config section shares: strict pydantic models that refuse unknown keys and coerce nothing."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of the YAML: frozen, strict, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, use_attribute_docstrings=True
    )
