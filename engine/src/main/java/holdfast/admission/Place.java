package holdfast.admission;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Where a visitor is, in the queue of a sale.
public sealed interface Place {

    /// The sale has not begun. They have a place all the same.
    ///
    /// @param ahead how many came before them
    record Early(Instant startsAt, long ahead) implements Place {}

    /// It is not their turn yet.
    ///
    /// @param ahead how many are before them
    /// @param estimate how long it may take; null as long as nobody can tell
    record Waiting(long ahead, @Nullable Duration estimate) implements Place {}

    /// It is their turn: they may open a checkout with the SKU, until then.
    record Inside(Instant until) implements Place {}

    /// They hold stock, and are paying for it.
    record Buying() implements Place {}

    /// They have bought.
    record Bought() implements Place {}

    /// It was their turn, and they did not come, or did not buy. They may take a new place, at the end.
    record Missed() implements Place {}

    /// There is nothing left to wait for.
    record SoldOut() implements Place {}
}
