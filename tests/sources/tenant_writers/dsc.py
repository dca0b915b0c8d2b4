"""Microsoft365DSC: what Export-M365DSCConfiguration writes."""

from __future__ import annotations

from typing import Any

from tenant_writers import OBJECTS, Variants, Written, beside, manifest

# What it writes nothing for (no object), and what it knows in another shape.
_BESIDE = ("Get-OutboundConnector", "Get-MgIdentityConditionalAccessPolicy")
_QUOTED = '"`$\u201c\u201d\u201e'


def _configuration() -> str:
    resources = "\n".join(
        _resource(name, each) for name in OBJECTS if name not in _BESIDE for each in OBJECTS[name]
    )
    return (
        "# Generated with Microsoft365DSC version 1.26.218.1\nparam (\n)\n\n"
        "Configuration M365TenantConfig\n{\n"
        "    $OrganizationName = $ConfigurationData.NonNodeData.OrganizationName\n\n"
        "    Import-DscResource -ModuleName 'Microsoft365DSC' -ModuleVersion '1.26.218.1'\n\n"
        f"    Node localhost\n    {{\n{resources}\n    }}\n}}"
    )


def _resource(cmdlet: str, values: dict[str, Any]) -> str:
    """Null is not written."""
    said = {"Identity": values["Name"], **values, "Ensure": "Present"}
    lines = [f"            {name} = {_value(each)};" for name, each in said.items() if each is not None]
    lines.append("            TenantId = $OrganizationName;")
    type = f"EXO{cmdlet.removeprefix('Get-')}"
    return f'        {type} "{type}-x"\n        {{\n' + "\n".join(lines) + "\n        }"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return f"${value}"
    if isinstance(value, list):
        return f"@({','.join(map(_value, value))})"
    if isinstance(value, int):
        return str(value)
    return '"' + "".join(f"`{each}" if each in _QUOTED else each for each in value) + '"'


def _written(encoding: str) -> Written:
    data = _configuration().replace("\n", "\r\n").encode(encoding)
    files = {"M365TenantConfig.ps1": data, **beside(_BESIDE), **manifest()}
    return {f"tenant/{name}": each for name, each in files.items()}, "tenant"


VARIANTS: Variants = {"UTF-16": lambda: _written("utf-16"), "UTF-8": lambda: _written("utf-8-sig")}
