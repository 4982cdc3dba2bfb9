package holdfast.drill;

import java.math.BigDecimal;
import java.time.LocalDateTime;

/// One line of an invoice file, as it was written: read and well formed, not yet understood.
///
/// @param number where it comes among all lines of the replay, from 0
/// @param description may be empty
/// @param pieces negative where something was taken back or written off
/// @param unitPrice in pounds, exactly as written, so that sums over the file are exact whatever its prices are
/// @param customer empty for a guest
record InvoiceLine(
        int number,
        Place place,
        String invoice,
        String code,
        String description,
        int pieces,
        LocalDateTime date,
        BigDecimal unitPrice,
        String customer,
        String country) {

    /// What the line adds to its invoice, in pounds: negative where something was taken back.
    BigDecimal amount() {
        return unitPrice.multiply(BigDecimal.valueOf(pieces));
    }
}
