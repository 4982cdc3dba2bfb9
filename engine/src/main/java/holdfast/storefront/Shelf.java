package holdfast.storefront;

import holdfast.catalog.Catalog;
import holdfast.catalog.Product;
import holdfast.db.Tx;
import holdfast.inventory.Availability;
import holdfast.inventory.StockRoom;
import holdfast.kernel.Page;
import holdfast.kernel.Sku;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Products with how many there are of each.
final class Shelf {

    private static final int IN_THE_WINDOW = 24;

    private final Catalog catalog;
    private final StockRoom stockRoom;
    private volatile Window window = new Window(-1, List.of());

    Shelf(Catalog catalog, StockRoom stockRoom) {
        this.catalog = catalog;
        this.stockRoom = stockRoom;
    }

    /// What lies in the window, as of a revision of the catalog.
    private record Window(long revision, List<Product> products) {}

    /// A product on a page.
    record Item(Product product, Availability availability) {

        String sku() {
            return product.sku().code();
        }

        String title() {
            return product.title();
        }

        String price() {
            return Show.money(product.price());
        }

        Show.Stock stock() {
            return Show.Stock.of(availability);
        }

        boolean canBeBought() {
            return availability.inStock() > 0 || availability.toBackorder() > 0;
        }

        String picture() {
            return Goods.picture(product.sku());
        }
    }

    /// A choice from the whole catalog, the same until the catalog changes.
    List<Item> window(Tx tx) {
        long revision = catalog.revision(tx);
        Window now = window;
        if (now.revision != revision) {
            now = new Window(revision, catalog.sample(tx, IN_THE_WINDOW));
            window = now;
        }
        return items(tx, now.products);
    }

    Page<Item> list(Tx tx, @Nullable String search, int limit, @Nullable String after) {
        Page<Product> page = catalog.list(tx, search, limit, after);
        return new Page<>(items(tx, page.data()), page.next());
    }

    Optional<Item> find(Tx tx, Sku sku) {
        return catalog.find(tx, sku).map(product -> items(tx, List.of(product)).getFirst());
    }

    Map<Sku, Availability> available(Tx tx, Collection<Sku> skus) {
        return skus.isEmpty() ? Map.of() : stockRoom.available(tx, skus);
    }

    private List<Item> items(Tx tx, List<Product> products) {
        Map<Sku, Availability> available =
                available(tx, products.stream().map(Product::sku).toList());
        return products.stream()
                .map(product -> new Item(product, available.getOrDefault(product.sku(), Availability.NONE)))
                .toList();
    }

    /// What it is called; its code, where it is not sold any more.
    String title(Tx tx, Sku sku) {
        return find(tx, sku).map(Item::title).orElse(sku.code());
    }
}
