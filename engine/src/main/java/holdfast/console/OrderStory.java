package holdfast.console;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Money;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a checkout became an order: what was held, what was asked of the gateway, and what it said.
///
/// @param sourcing why these warehouses
record OrderStory(String sourcing, List<Step> steps) {

    /// One step.
    ///
    /// @param state of it now: `committed`, `captured`, `unknown`
    /// @param payment the payment it is about; null for the hold
    /// @param until when it ends by itself; null: it does not
    record Step(
            Instant at,
            String what,
            String state,
            String detail,
            @Nullable Instant until,
            @Nullable UUID payment) {}

    private static final String HOLD =
            "select state, created_at, expires_at, closed_at, sourcing from hold where checkout_id = :checkout";

    private static final String PAYMENTS = """
            select id, gateway, state, amount, currency, decline_code, tries, sent, card_brand, card_last4, created_at
              from payment
             where checkout_id = :checkout
             order by created_at, id
            """;

    private static final String OPERATIONS = """
            select o.payment_id, o.operation, o.state, o.tries, o.created_at
              from gateway_operation o
              join payment p on p.id = o.payment_id
             where p.checkout_id = :checkout
             order by o.created_at, o.key
            """;

    static OrderStory read(Tx tx, CheckoutId checkout) {
        record Hold(Step step, String sourcing) {}
        List<Hold> holds = tx.query(HOLD)
                .bind("checkout", checkout.value())
                .map((row, _) -> {
                    Instant until = row.getTimestamp("closed_at") == null ? instant(row, "expires_at") : null;
                    return new Hold(
                            new Step(instant(row, "created_at"), "Stock held", row.getString("state"), "", until, null),
                            row.getString("sourcing"));
                })
                .list();
        var steps = new ArrayList<>(holds.stream().map(Hold::step).toList());
        steps.addAll(tx.query(PAYMENTS)
                .bind("checkout", checkout.value())
                .map((row, _) -> payment(row))
                .list());
        steps.addAll(tx.query(OPERATIONS)
                .bind("checkout", checkout.value())
                .map((row, _) -> new Step(
                        instant(row, "created_at"),
                        Words.plain(row.getString("operation")) + " asked for",
                        row.getString("state"),
                        row.getInt("tries") == 0 ? "" : tries(row.getInt("tries")),
                        null,
                        row.getObject("payment_id", UUID.class)))
                .list());
        steps.sort(Comparator.comparing(Step::at));
        return new OrderStory(holds.isEmpty() ? "" : holds.getFirst().sourcing, steps);
    }

    private static Step payment(ResultSet row) throws SQLException {
        Money amount = Money.of(row.getLong("amount"), Currency.getInstance(row.getString("currency")));
        String declined = row.getString("decline_code");
        String brand = row.getString("card_brand");
        String detail = Words.money(amount) + " at " + row.getString("gateway")
                + (brand == null ? "" : ", " + brand + " ending in " + row.getString("card_last4"))
                + (declined == null ? "" : ", declined: " + declined.replace('_', ' '))
                + (row.getInt("tries") == 0 ? "" : ", " + tries(row.getInt("tries")));
        return new Step(
                instant(row, "created_at"),
                "Payment begun",
                row.getString("state"),
                detail,
                null,
                row.getObject("id", UUID.class));
    }

    private static String tries(int tries) {
        return tries == 1 ? "looked at once in vain" : "looked at " + tries + " times in vain";
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }
}
