package holdfast.api;

import holdfast.idempotency.Answer;

/// What a route does. What it throws is told to the client as a problem.
@FunctionalInterface
interface Action {

    Answer answer(Call call);
}
