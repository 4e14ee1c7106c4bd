"""A machine without the OpenMP run time is told what to install; nothing else of the engine needs it to be imported."""

import builtins

import pytest

from wayhome.engines.linking import model
from wayhome.engines.linking.errors import LinkingError


def test_the_error_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "lightgbm":
            raise OSError("libgomp.so.1: cannot open shared object file: No such file or directory")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(LinkingError, match="libgomp1"):
        model.trees()
