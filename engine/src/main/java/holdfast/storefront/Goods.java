package holdfast.storefront;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.admission.WaitingRoom;
import holdfast.cart.Cart;
import holdfast.catalog.Product;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.inventory.Availability;
import holdfast.kernel.Page;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.pages.EventStream;
import holdfast.pages.Form;
import holdfast.pages.Live;
import holdfast.pages.Visit;
import io.helidon.webserver.http.HttpRules;
import java.net.URLEncoder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is for sale: the window, the whole list, each product; and how many are left, live.
final class Goods {

    private static final int ON_A_PAGE = 24;
    private static final int LIVE_MAX = 60;
    private static final int SALES_MAX = 3;

    private final Door door;
    private final Database database;
    private final Shelf shelf;
    private final Guests guests;
    private final WaitingRoom waitingRoom;
    private final Live<Sku, Availability> live;

    Goods(
            Door door,
            Database database,
            Shelf shelf,
            Guests guests,
            WaitingRoom waitingRoom,
            Live<Sku, Availability> live) {
        this.door = door;
        this.database = database;
        this.shelf = shelf;
        this.guests = guests;
        this.waitingRoom = waitingRoom;
        this.live = live;
    }

    void register(HttpRules rules) {
        door.page(rules, "/", this::window);
        door.page(rules, "/products", this::list);
        door.page(rules, "/products/{sku}", this::show);
        door.withPages(rules, "/pictures/{sku}", this::picture);
        door.withPages(rules, "/live/stock", this::stock);
    }

    static String picture(Sku sku) {
        return "/pictures/" + sku.code();
    }

    /// The first page.
    ///
    /// @param sales what is sold, or soon will be, to those who wait for it
    record WindowPage(Chrome chrome, List<Sale> sales, List<Shelf.Item> items) {}

    /// Something that is sold to those who wait for it.
    record Sale(Shelf.Item item, WaitingRoom.Sale sale) {}

    private void window(Visit visit) {
        // A provider that was told no better address brings shoppers back here.
        if (visit.query().has("payment_intent")) {
            if (!guests.checkouts(visit).isEmpty()) {
                visit.seeOther("/checkout/back");
                return;
            }
        }
        visit.page(
                "storefront/window",
                database.read(tx -> new WindowPage(
                        Chrome.of(visit.head("Welcome").with("shop.js"), guests.cart(tx, visit)),
                        sales(tx),
                        shelf.window(tx))));
    }

    private List<Sale> sales(Tx tx) {
        return waitingRoom.sales().stream()
                .limit(SALES_MAX)
                .flatMap(sale -> shelf.find(tx, sale.sku()).map(item -> new Sale(item, sale)).stream())
                .toList();
    }

    /// A page of the list.
    ///
    /// @param next where more of it begins, as an address
    record ListPage(
            Chrome chrome,
            String search,
            List<Shelf.Item> items,
            boolean first,
            @Nullable String next) {

        String searchEncoded() {
            return URLEncoder.encode(search, UTF_8);
        }
    }

    private void list(Visit visit) {
        Form query = visit.query();
        String search = query.text("q");
        String after = query.textOrNull("after");
        visit.page("storefront/list", database.read(tx -> {
            Page<Shelf.Item> page = shelf.list(tx, search.isEmpty() ? null : search, ON_A_PAGE, after);
            Chrome around = Chrome.of(visit.head("All products").with("shop.js"), guests.cart(tx, visit));
            return new ListPage(
                    new Chrome(around.head(), around.inCart(), search),
                    search,
                    page.data(),
                    after == null,
                    page.next() == null ? null : address(search, page.next()));
        }));
    }

    private static String address(String search, String next) {
        return "/products?" + (search.isEmpty() ? "" : "q=" + URLEncoder.encode(search, UTF_8) + "&") + "after="
                + URLEncoder.encode(next, UTF_8);
    }

    /// A product's own page.
    ///
    /// @param most that can go into the cart at once
    /// @param queued whether it is sold to those who wait for it
    record ProductPage(Chrome chrome, Shelf.Item item, long most, boolean queued) {

        Product product() {
            return item.product();
        }

        String weight() {
            int grams = product().weightGrams();
            return grams < 1_000 ? grams + " g" : "%d.%d kg".formatted(grams / 1_000, grams % 1_000 / 100);
        }
    }

    private static final int AT_ONCE_MAX = 99;

    private void show(Visit visit) {
        Sku sku = sku(visit);
        visit.page("storefront/product", database.read(tx -> {
            Shelf.Item item = shelf.find(tx, sku).orElseThrow(Goods::noSuchProduct);
            Optional<Cart> cart = guests.cart(tx, visit);
            Availability availability = item.availability();
            long most = Math.min(AT_ONCE_MAX, availability.inStock() + availability.toBackorder());
            return new ProductPage(
                    Chrome.of(visit.head(item.title()).with("shop.js"), cart),
                    item,
                    Math.max(1, most),
                    waitingRoom.sale(sku).isPresent());
        }));
    }

    private static Sku sku(Visit visit) {
        String code = visit.path("sku");
        if (!Sku.isValid(code)) throw noSuchProduct();
        return Sku.of(code);
    }

    static Refusal noSuchProduct() {
        return Problem.NOT_FOUND.refuse("There is no such product, or it is not sold any more.");
    }

    private void picture(Visit visit) {
        Sku sku = sku(visit);
        String title =
                database.read(tx -> shelf.find(tx, sku)).map(Shelf.Item::title).orElseThrow(Goods::noSuchProduct);
        visit.sendForADay("image/svg+xml", Picture.of(sku, title).getBytes(UTF_8));
    }

    /// How many are left of those that are named, `sku=…` each.
    private void stock(Visit visit) {
        List<Sku> skus = visit.query().all("sku").stream()
                .filter(Sku::isValid)
                .distinct()
                .limit(LIVE_MAX)
                .map(Sku::of)
                .toList();
        if (skus.isEmpty()) {
            visit.nothing();
            return;
        }
        try (EventStream stream = visit.events()) {
            live.follow(stream, skus, (to, change) -> {
                Show.Stock stock = Show.Stock.of(change.now());
                to.send("stock", change.key().code() + "\n" + stock.tone() + "\n" + stock.text());
            });
        }
    }
}
