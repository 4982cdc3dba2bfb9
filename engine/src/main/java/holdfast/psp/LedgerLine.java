package holdfast.psp;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import holdfast.kernel.Money;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A line of what the provider tells an audit. The amounts are in minor units.
@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "line")
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface LedgerLine {

    /// A payment.
    ///
    /// @param paymentId what the metadata say, or the name that the shop chose itself
    record Intent(
            String reference,
            String paymentId,
            String state,
            long amount,
            String currency,
            long captured,
            long refunded,
            Instant createdAt)
            implements LedgerLine {}

    record Refund(String id, String reference, String status, long amount, String currency, Instant createdAt)
            implements LedgerLine {}

    /// Money that was set aside, taken, let go or given back.
    ///
    /// @param key null: the request had none
    record Movement(
            String kind,
            String reference,
            long amount,
            String currency,
            @Nullable String key,
            Instant at) implements LedgerLine {}

    /// First the payments, then the refunds, then the movements, each in the order of their making.
    static List<LedgerLine> all(Books books) {
        List<LedgerLine> lines = new ArrayList<>();
        for (int number = 0; number < books.intentCount(); number++) {
            PaymentIntent it = books.intentAt(number);
            lines.add(new Intent(
                    it.reference(),
                    it.paymentId(),
                    word(it.state()),
                    it.amount().minor(),
                    currency(it.amount()),
                    it.captured().minor(),
                    it.refunded().minor(),
                    it.createdAt()));
        }
        for (int number = 0; number < books.refundCount(); number++) {
            var it = books.refundAt(number);
            lines.add(new Refund(
                    it.id(),
                    it.intent(),
                    word(it.status()),
                    it.amount().minor(),
                    currency(it.amount()),
                    it.createdAt()));
        }
        for (var it : books.ledger()) {
            lines.add(new Movement(
                    it.kind().name(),
                    it.reference(),
                    it.amount().minor(),
                    currency(it.amount()),
                    it.key().isEmpty() ? null : it.key(),
                    it.at()));
        }
        return lines;
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private static String currency(Money amount) {
        return amount.currency().getCurrencyCode();
    }
}
