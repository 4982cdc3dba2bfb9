package holdfast.api;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/// Everything that can be asked of the shop, as a table.
final class Routes {

    private Routes() {}

    /// @param closing ends what goes on for as long as somebody listens
    static List<Route> of(HttpApi.Modules modules, CountDownLatch closing) {
        return Stream.of(
                        new CartRoutes(modules.carts()).routes(),
                        new CheckoutRoutes(
                                        modules.checkout().checkouts(),
                                        modules.checkout().placeOrder(),
                                        modules.carts(),
                                        modules.operations().room())
                                .routes(),
                        new OrderRoutes(
                                        modules.orders(),
                                        modules.fulfilling(),
                                        modules.canceling(),
                                        modules.refunding(),
                                        modules.settlement())
                                .routes(),
                        new SagaRoutes(modules.checkout().sagas(), modules.settlement()).routes(),
                        new ProductRoutes(modules.catalog(), modules.csvImport()).routes(),
                        new StockRoutes(modules.warehouses(), modules.stockRoom()).routes(),
                        new RateRoutes(modules.taxRates(), modules.shippingRates()).routes(),
                        new DiscountCodeRoutes(modules.discountCodes()).routes(),
                        new SaleRoutes(modules.operations().room(), modules.catalog()).routes(),
                        new GatewayRoutes(modules.webhooks(), modules.reconciler()).routes(),
                        new AccessRoutes(modules.keys(), modules.auditLog()).routes(),
                        new EventRoutes(modules.database(), closing).routes(),
                        new SystemRoutes(modules.database(), modules.operations()).routes())
                .flatMap(List::stream)
                .toList();
    }
}
