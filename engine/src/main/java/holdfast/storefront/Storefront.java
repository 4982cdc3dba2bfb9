package holdfast.storefront;

import holdfast.admission.RateLimits;
import holdfast.admission.TrustedProxies;
import holdfast.admission.WaitingRoom;
import holdfast.cart.Carts;
import holdfast.catalog.Catalog;
import holdfast.catalog.ShippingRates;
import holdfast.checkout.CheckoutModule;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.inventory.Availability;
import holdfast.inventory.StockRoom;
import holdfast.kernel.OrderId;
import holdfast.kernel.Sku;
import holdfast.order.Order;
import holdfast.order.Orders;
import holdfast.pages.Live;
import holdfast.pages.Site;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The pages of the shop.
public final class Storefront implements HttpService, AutoCloseable {

    private final Goods goods;
    private final CartPages carts;
    private final CheckoutPages checkouts;
    private final OrderPages orders;
    private final SalePages sales;
    private final Live<Sku, Availability> liveStock;
    private final Live<OrderId, Order> liveOrders;

    /// What the shop is made of.
    ///
    /// @param proxies who is believed about where somebody comes from
    public record Modules(
            Database database,
            Catalog catalog,
            ShippingRates shippingRates,
            StockRoom stockRoom,
            Carts carts,
            CheckoutModule checkout,
            Orders orders,
            WaitingRoom waitingRoom,
            RateLimits limits,
            TrustedProxies proxies) {}

    /// The files of these pages, by the names they are served under.
    public static final Map<String, String> ASSETS = Map.of(
            "shop.js", "/holdfast/storefront/shop.js",
            "checkout.js", "/holdfast/storefront/checkout.js",
            "sandbox-fields.js", "/holdfast/storefront/sandbox-fields.js",
            "stripe-fields.js", "/holdfast/storefront/stripe-fields.js");

    public Storefront(Site site, Modules modules, Provider provider) {
        Database database = modules.database;
        liveStock = new Live<>("stock", skus -> database.read(tx -> modules.stockRoom.available(tx, skus)));
        liveOrders = new Live<>("orders", ids -> database.read(tx -> byId(modules.orders, tx, ids)));
        var shelf = new Shelf(modules.catalog, modules.stockRoom);
        var guests = new Guests(modules.carts);
        var door = new Door(site, modules.limits, modules.proxies, guests);
        goods = new Goods(door, database, shelf, guests, modules.waitingRoom, liveStock);
        carts = new CartPages(door, database, modules.carts, shelf, guests);
        checkouts = new CheckoutPages(door, modules, shelf, guests, provider);
        sales = new SalePages(door, database, shelf, guests, modules.waitingRoom, checkouts);
        orders = new OrderPages(door, database, modules.orders, guests, liveOrders);
    }

    private static Map<OrderId, Order> byId(Orders orders, Tx tx, Set<OrderId> ids) {
        return orders.find(tx, ids).stream().collect(Collectors.toMap(Order::id, order -> order));
    }

    @Override
    public void routing(HttpRules rules) {
        goods.register(rules);
        carts.register(rules);
        checkouts.register(rules);
        orders.register(rules);
        sales.register(rules);
    }

    /// Ends what is told live, so that the server need not wait for it.
    @Override
    public void close() {
        liveStock.close();
        liveOrders.close();
    }
}
