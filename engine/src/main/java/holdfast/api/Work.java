package holdfast.api;

/// What a route does. What it throws is told to the client as a problem.
sealed interface Work permits Action, Telling {}
