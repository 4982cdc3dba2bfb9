package holdfast.psp;

import java.util.List;

/// What the provider decides to do with a request.
sealed interface Verdict {

    /// This happens.
    ///
    /// @param unheard the answer will get lost on its way
    record Do(List<Fact> facts, boolean unheard) implements Verdict {}

    record Refuse(StripeError error) implements Verdict {}

    /// The request gets lost on its way here, this time.
    ///
    /// @param key what it is remembered by
    record Lose(String key) implements Verdict {}

    static Verdict of(Fact... facts) {
        return new Do(List.of(facts), false);
    }
}
