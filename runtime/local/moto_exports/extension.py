"""How moto's functions are extended."""

import functools


def extend(owner, name):
    """Decorates the function that takes the place of owner.name and gets moto's own as its first argument."""

    def replace(function):
        moto = getattr(owner, name)

        @functools.wraps(moto)
        def extended(*args, **kwargs):
            return function(moto, *args, **kwargs)

        setattr(owner, name, extended)
        return function

    return replace
