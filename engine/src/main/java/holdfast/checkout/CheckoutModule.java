package holdfast.checkout;

import holdfast.cart.Carts;
import holdfast.catalog.DiscountUses;
import holdfast.catalog.Quotes;
import holdfast.db.Database;
import holdfast.db.Lane;
import holdfast.db.Pipeline;
import holdfast.event.Outbox;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.Holds;
import holdfast.order.OrderMoney;
import holdfast.order.OrderPlacing;
import holdfast.payment.Gateway;
import holdfast.payment.Payments;
import holdfast.payment.WorkList;
import holdfast.trace.Traces;
import java.util.Map;

/// Puts the module together and registers its commands with the pipeline.
///
/// @param checkouts opens, changes and cancels
/// @param placeOrder the saga
/// @param recovery what goes on when nobody asks
/// @param sagas what an operator sees of that, and can do about it
public record CheckoutModule(Checkouts checkouts, PlaceOrder placeOrder, Recovery recovery, Sagas sagas) {

    /// Wires the module.
    ///
    /// @param gateways by name; `defaultGateway` is one of them
    /// @param orderMoney what becomes of the money of each order that was placed
    public static CheckoutModule of(
            Database database,
            Pipeline pipeline,
            Idempotency idempotency,
            Carts carts,
            Quotes quotes,
            DiscountUses discounts,
            Holds holds,
            Payments payments,
            WorkList workList,
            OrderPlacing placing,
            Map<String, Gateway> gateways,
            String defaultGateway,
            Rendering rendering,
            OrderMoney orderMoney,
            Outbox outbox,
            Traces traces) {
        var reader = new CheckoutReader(holds, payments);
        var promise = new Promise(holds, discounts, placing);
        var limits = new PurchaseLimits();
        var recent = new RecentCheckouts();
        pipeline.lockFirst(new HoldsFirst(holds, payments));
        // What gives stock back before what takes some.
        var ending = new EndPaymentHandler(idempotency, holds, payments, discounts, outbox, rendering);
        pipeline.register(EndPayment.class, Lane.STOCK, ending);
        pipeline.register(
                CancelCheckout.class, Lane.STOCK, new CancelCheckoutHandler(idempotency, holds, reader, rendering));
        pipeline.register(
                CommitOrder.class,
                Lane.STOCK,
                new CommitOrderHandler(idempotency, holds, payments, promise, orderMoney, rendering));
        // It locks whatever hold is due, and so after those who wait for certain ones.
        pipeline.register(ExpireHolds.class, Lane.STOCK, (tx, commands) -> ExpireHolds.handle(tx, holds, commands));
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
                workList,
                gateways,
                defaultGateway,
                rendering,
                orderMoney);
        var recovery = new Recovery(database, pipeline, holds, payments, workList, idempotency, placeOrder, traces);
        return new CheckoutModule(
                checkouts, placeOrder, recovery, new Sagas(holds, payments, workList, orderMoney, ending));
    }
}
