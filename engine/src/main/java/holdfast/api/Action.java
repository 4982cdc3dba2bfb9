package holdfast.api;

import holdfast.idempotency.Answer;

/// Does what is asked, and answers.
@FunctionalInterface
non-sealed interface Action extends Work {

    Answer answer(Call call);
}
