package holdfast.checkout;

import holdfast.cart.Carts;
import holdfast.catalog.DiscountUses;
import holdfast.catalog.Quotes;
import holdfast.db.Database;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.Holds;
import holdfast.order.Captures;
import holdfast.order.OrderPlacing;
import holdfast.payment.Gateway;
import holdfast.payment.Payments;
import java.util.Map;

/// Puts the module together and registers its commands with the pipeline.
///
/// @param checkouts opens, changes and cancels
/// @param placeOrder the saga
/// @param recovery what goes on when nobody asks
public record CheckoutModule(Checkouts checkouts, PlaceOrder placeOrder, Recovery recovery) {

    /// Wires the module.
    ///
    /// @param gateways by name; `defaultGateway` is one of them
    /// @param captures takes the money of each order that was placed
    public static CheckoutModule of(
            Database database,
            Pipeline pipeline,
            Idempotency idempotency,
            Carts carts,
            Quotes quotes,
            DiscountUses discounts,
            Holds holds,
            Payments payments,
            OrderPlacing placing,
            Map<String, Gateway> gateways,
            String defaultGateway,
            Rendering rendering,
            Captures captures) {
        var reader = new CheckoutReader(holds, payments);
        var promise = new Promise(holds, discounts, placing);
        var limits = new PurchaseLimits();
        var recent = new RecentCheckouts();
        // What gives stock back before what takes some.
        pipeline.register(
                EndPayment.class,
                Lane.STOCK,
                new EndPaymentHandler(idempotency, holds, payments, discounts, rendering));
        pipeline.register(
                CancelCheckout.class, Lane.STOCK, new CancelCheckoutHandler(idempotency, holds, reader, rendering));
        pipeline.register(
                CommitOrder.class,
                Lane.STOCK,
                new CommitOrderHandler(idempotency, holds, payments, promise, captures, rendering));
        pipeline.register(
                OpenCheckout.class,
                Lane.STOCK,
                new OpenCheckoutHandler(quotes, idempotency, limits, holds, recent, rendering));
        pipeline.register(
                BeginPayment.class,
                Lane.MONEY,
                new BeginPaymentHandler(idempotency, holds, payments, discounts, recent, reader, promise, rendering));

        var checkouts = new Checkouts(database, pipeline, idempotency, carts, quotes, limits, holds, reader);
        var placeOrder = new PlaceOrder(
                database,
                pipeline,
                idempotency,
                checkouts,
                holds,
                payments,
                new LateMoney(database, holds, payments, quotes, limits, discounts),
                gateways,
                defaultGateway,
                rendering,
                captures);
        var recovery = new Recovery(database, holds, payments, idempotency, placeOrder);
        return new CheckoutModule(checkouts, placeOrder, recovery);
    }
}
