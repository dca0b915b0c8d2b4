"""Export-Clixml: a file per cmdlet."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tenant_writers import OBJECTS, Variants, Written, manifest

_ROOT = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
_TYPES = {
    "Get-InboundConnector": "Microsoft.Exchange.Data.Directory.SystemConfiguration.TenantInboundConnector"
}


# -InputObject @(Get-X), where that gives nothing.
_NONE = '<Obj RefId="0"><TN RefId="0"><T>System.Object[]</T><T>System.Array</T></TN><LST /></Obj>'


def _file(cmdlet: str) -> str:
    objects = "\n".join(_object(cmdlet, at, each) for at, each in enumerate(OBJECTS[cmdlet]))
    return f"{_ROOT}\n{objects or _NONE}\n</Objs>"


def _object(cmdlet: str, at: int, values: dict[str, Any]) -> str:
    type = f"Deserialized.{_TYPES.get(cmdlet, 'System.Management.Automation.PSCustomObject')}"
    props = "".join(_value(value, f" N={quoteattr(name)}") for name, value in values.items())
    shown = escape(str(values.get("Name", "")))
    return (
        f'<Obj RefId="{at}"><TN RefId="{at}"><T>{type}</T><T>Deserialized.System.Object</T></TN>'
        f"<ToString>{shown}</ToString><Props>{props}</Props></Obj>"
    )


def _value(value: Any, name: str = "") -> str:
    if value is None:
        return f"<Nil{name} />"
    if isinstance(value, bool):
        return f"<B{name}>{str(value).lower()}</B>"
    if isinstance(value, int):
        return f"<I32{name}>{value}</I32>"
    if isinstance(value, list):
        return f"<Obj{name}><LST>{''.join(map(_value, value))}</LST></Obj>"
    return f"<Obj{name}><DCT /></Obj>" if value == {} else f"<S{name}>{escape(value)}</S>"


def _written(encoding: str) -> Written:
    files = {f"tenant/{cmdlet}.xml": _file(cmdlet).encode(encoding) for cmdlet in OBJECTS}
    return {**files, **{f"tenant/{name}": data for name, data in manifest().items()}}, "tenant"


VARIANTS: Variants = {
    "PowerShell 7": lambda: _written("utf-8"),
    "PowerShell 5.1": lambda: _written("utf-16"),
}
