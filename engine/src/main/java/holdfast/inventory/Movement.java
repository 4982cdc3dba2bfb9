package holdfast.inventory;

import holdfast.kernel.Sku;
import java.util.Locale;

/// A change of what is on hand, and what there is after it.
///
/// @param delta in pieces; 0 if everything was as it should be
public record Movement(Sku sku, Kind kind, long delta, String reason, Stock.Level level) {

    /// What a row of the journal is about.
    public enum Kind {
        RECEIVE,
        ADJUST,
        TRANSFER;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
