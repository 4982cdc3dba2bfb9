package holdfast;

import holdfast.db.Database;
import holdfast.kernel.CheckoutId;

/// Checkouts that nothing is known of but that they exist, for what refers to them.
public final class BareCheckouts {

    private static final String OPEN = """
            insert into checkout (id, currency, subtotal, discount, shipping, tax, total, catalog_revision,
                                  secret_sha256)
            values (:id, 'GBP', 0, 0, 0, 0, 0, 1, '')
            """;

    private BareCheckouts() {}

    public static CheckoutId open(Database database) {
        CheckoutId checkout = CheckoutId.next();
        database.transact(tx -> tx.update(OPEN).bind("id", checkout.value()).execute());
        return checkout;
    }
}
