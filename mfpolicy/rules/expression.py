"""Conditions in CEL. The only module that knows the engine and its traps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

import msgspec
from cel_expr_python import cel

from mfpolicy.model.rules import Parameter
from mfpolicy.model.spelling import meant
from mfpolicy.rules import syntax
from mfpolicy.rules.vocabulary import Vocabulary

MAX_TEXT = 4_000
ELEMENT = "_element"
_HALF = "not text: it holds half a character"
_PARAMETER = re.compile(
    r"""[rR]?"(?:[^"\\]|\\.)*"|[rR]?'(?:[^'\\]|\\.)*'|(?<![\w.])params\.(\w+)""", re.DOTALL
)
_FIELD = re.compile(r"undefined field '(\w+)' not found in struct '\w+\.(\w+)'")
_NAME = re.compile(r"undeclared reference to '(\w+)[^']*' \(in container ''\)")
_HEAD = re.compile(r"^\w+: ERROR: <input>:-?\d+:-?\d+: ")
_PROTOBUF_TYPES = {bool: 8, int: 3, str: 9}


class ExpressionError(Exception):
    """An expression that cannot be used; its text says why, with a caret."""


class EvaluationError(Exception):
    """What the engine says instead of a value; `missing` tells that a fact was not there."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.missing = text.startswith("NOT_FOUND: Key not found in map")


class Program:
    """One expression, compiled without types: an unset typed field would read as 0, and pass."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    @cached_property
    def expression(self) -> Any:
        """Compiled when it is first needed: most runs have no use for many rules. Raises ExpressionError."""
        return self._make()

    def run(self, activation: Any) -> int | list[int]:
        """The value, an int or a list of them. Raises EvaluationError: an error is never a value."""
        try:
            result = self.expression.eval(activation)
        except RuntimeError as error:
            raise EvaluationError(str(error)) from error
        # The engine gives its errors as str, which would be truthy.
        value = result.plain_value()
        if type(value) is int or isinstance(value, list):
            return value
        raise EvaluationError(str(value))

    @cached_property
    def reads(self) -> frozenset[str]:
        """The paths of the facts that it reads. Needed for findings only, so computed on demand."""
        return syntax.reads(syntax.parsed(self.expression.serialize()))


class Engine:
    """Compiles for one vocabulary, and for runs only."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._env = cel.NewEnv(variables=dict.fromkeys((*vocabulary.subjects, ELEMENT), cel.Type.DYN))
        self._programs: dict[tuple[str, bool], Program] = {}

    def compile(self, text: str, eager: bool) -> Program:
        """Raises ExpressionError; unless eager, at the program's first run, without the engine's own check,
        which finds nothing there that a run would not, and takes a third of the time."""
        if (text, eager) not in self._programs:
            program = Program(partial(_compiled, self._env, text, unchecked=not eager))
            if eager:
                program.expression  # noqa: B018 - for its error
            self._programs[text, eager] = program
        return self._programs[text, eager]

    def activation(self, data: Mapping[str, Any]) -> Any:
        """One subject's facts for any number of programs."""
        return self._env.Activation(data)


class Checker:
    """Checks expressions against the types of a vocabulary; loads protobuf, which a run does without."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._types: list[type] = []
        for each in vocabulary.subjects.values():
            self._gather(each)
        self._pool = self._described()

    def check(self, text: str, variables: Mapping[str, type]) -> frozenset[str]:
        """The facts that a condition reads. Raises ExpressionError: misspelt or ill-typed."""
        declared = {word: self._declared(type) for word, type in variables.items()}
        env = cel.NewEnv(descriptor_pool=self._pool, variables=declared)
        try:
            expression = _compiled(env, text)
        except ExpressionError as error:
            raise ExpressionError(self._explained(str(error), variables)) from None
        tree = syntax.parsed(expression.serialize())
        for refused in syntax.refusals(tree):
            raise ExpressionError(f"{refused}\n | {text}")
        if expression.return_type() != cel.Type.BOOL:
            raise ExpressionError(
                f"a condition is true or false, not {expression.return_type().name()}\n | {text}"
            )
        return syntax.reads(tree)

    def _gather(self, type: type) -> None:
        if type not in self._types:
            self._types.append(type)
            for field in self._vocabulary.shape(type).values():
                if not field.is_leaf:
                    self._gather(field.type)

    def _described(self) -> Any:
        from google.protobuf import descriptor_pb2, descriptor_pool

        file = descriptor_pb2.FileDescriptorProto(name="facts.proto", package="facts", syntax="proto3")
        for index, type in enumerate(self._types):
            message = file.message_type.add(name=f"Facts{index}")
            for number, field in enumerate(self._vocabulary.shape(type).values(), 1):
                kind = _PROTOBUF_TYPES.get(field.type, 11)
                added = message.field.add(
                    name=field.word, number=number, type=kind, label=3 if field.many else 1
                )
                if kind == 11:
                    added.type_name = f".facts.Facts{self._types.index(field.type)}"
        pool = descriptor_pool.DescriptorPool()
        pool.AddSerializedFile(file.SerializeToString())
        return pool

    def _declared(self, type: type) -> Any:
        leaves = {bool: cel.Type.BOOL, int: cel.Type.INT, str: cel.Type.STRING}
        return leaves.get(type) or cel.Type(f"facts.Facts{self._types.index(type)}")

    def _explained(self, text: str, variables: Mapping[str, type]) -> str:
        field, name = _FIELD.search(text), _NAME.search(text)
        if field:
            words = self._vocabulary.shape(self._types[int(field[2].removeprefix("Facts"))])
            return text.replace(field[0], f"there is no fact '{field[1]}'{meant(field[1], words)}")
        if name:
            return text.replace(name[0], f"there is no '{name[1]}' here{meant(name[1], variables)}")
        return text


def folded(text: str, params: Mapping[str, Parameter]) -> str:
    """The text with each `params.x` outside a string as a literal. Raises ExpressionError."""

    def literal(match: re.Match[str]) -> str:
        name = match[1]
        if name is None:
            return match[0]
        if name not in params:
            raise ExpressionError(f"there is no parameter '{name}'{meant(name, params)}\n | {text}")
        try:
            return msgspec.json.encode(params[name]).decode()
        except UnicodeEncodeError:
            raise ExpressionError(_HALF) from None

    return _PARAMETER.sub(literal, text)


def mentions(text: str, name: str) -> bool:
    """Whether a name stands in an expression, outside its strings and not as a field."""
    bare = re.sub(r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""", "''", text, flags=re.DOTALL)
    return re.search(rf"(?<![\w.]){re.escape(name)}\b", bare) is not None


def _compiled(env: Any, text: str, unchecked: bool = False) -> Any:
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"longer than {MAX_TEXT} characters")
    try:
        return env.compile(text, disable_check=unchecked)
    except RuntimeError as error:
        plain = str(error).removesuffix(" [INVALID_ARGUMENT]").removesuffix(" [CANCELLED]")
        raise ExpressionError(_HEAD.sub("", plain)) from None
    except TypeError:
        # The engine takes UTF-8 only: a lone surrogate is no str to it.
        raise ExpressionError(_HALF) from None
