package holdfast.storefront;

import holdfast.access.ClientSecret;
import holdfast.cart.Cart;
import holdfast.cart.Carts;
import holdfast.catalog.Wanted;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.inventory.Availability;
import holdfast.kernel.CartId;
import holdfast.kernel.Ids;
import holdfast.kernel.Problem;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.pages.Flash;
import holdfast.pages.Form;
import holdfast.pages.FormErrors;
import holdfast.pages.Visit;
import holdfast.storefront.Guests.OwnCart;
import io.helidon.webserver.http.HttpRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The cart, as a page and as a drawer.
final class CartPages {

    private final Door door;
    private final Database database;
    private final Carts carts;
    private final Shelf shelf;
    private final Guests guests;

    CartPages(Door door, Database database, Carts carts, Shelf shelf, Guests guests) {
        this.door = door;
        this.database = database;
        this.carts = carts;
        this.shelf = shelf;
        this.guests = guests;
    }

    void register(HttpRules rules) {
        door.page(rules, "/cart", this::show);
        door.page(rules, "/cart/drawer", this::drawer);
        door.form(rules, "/cart/items", this::add);
        door.form(rules, "/cart/items/{sku}", this::set);
    }

    /// A line of the cart, with what stands in its way.
    record Line(Cart.Item item, Availability availability) {

        String sku() {
            return item.sku().code();
        }

        String title() {
            return item.title() == null ? item.sku().code() : item.title();
        }

        boolean isSold() {
            return item.unitPrice() != null;
        }

        int quantity() {
            return item.quantity().pieces();
        }

        String price() {
            return item.unitPrice() == null ? "" : Show.money(item.unitPrice());
        }

        String total() {
            return item.total() == null ? "" : Show.money(item.total());
        }

        String picture() {
            return Goods.picture(item.sku());
        }

        /// How many of the pieces can be had.
        long left() {
            return Math.min(quantity(), availability.inStock() + availability.toBackorder());
        }

        /// Why it cannot be bought as it is; null: it can.
        @Nullable
        String obstacle() {
            if (!isSold()) return "This is not sold any more.";
            if (left() == quantity()) return null;
            return left() == 0 ? "Sold out." : "Only " + Show.pieces(left()) + " left.";
        }
    }

    /// What is in the cart.
    ///
    /// @param attempt the name under which the checkout is opened, once
    record Contents(List<Line> lines, String subtotal, long pieces, String attempt) {

        boolean isEmpty() {
            return lines.isEmpty();
        }

        boolean canCheckOut() {
            return lines.stream().allMatch(line -> line.obstacle() == null);
        }
    }

    record CartPage(Chrome chrome, Contents contents) {}

    private Contents contents(Tx tx, Optional<Cart> cart) {
        if (cart.isEmpty()) return new Contents(List.of(), "", 0, "");
        List<Cart.Item> items = cart.get().items();
        Map<Sku, Availability> available =
                shelf.available(tx, items.stream().map(Cart.Item::sku).toList());
        return new Contents(
                items.stream()
                        .map(item -> new Line(item, available.getOrDefault(item.sku(), Availability.NONE)))
                        .toList(),
                Show.money(cart.get().subtotal()),
                Chrome.pieces(cart),
                Ids.next().toString());
    }

    private void show(Visit visit) {
        visit.page("storefront/cart", database.read(tx -> {
            Optional<Cart> cart = guests.cart(tx, visit);
            return new CartPage(Chrome.of(visit.head("Your cart").with("shop.js"), cart), contents(tx, cart));
        }));
    }

    private void drawer(Visit visit) {
        visit.page("storefront/drawer", database.read(tx -> contents(tx, guests.cart(tx, visit))));
    }

    private void add(Visit visit) {
        Form form = visit.form();
        Sku sku = sku(form.text("sku"));
        int pieces = pieces(form, 1);
        try {
            Contents contents = database.inTransaction(tx -> contents(tx, Optional.of(added(tx, visit, sku, pieces))));
            answer(visit, contents, "In your cart.");
        } catch (Refusal refusal) {
            if (refusal.problem() != Problem.INVALID_REQUEST) throw refusal;
            visit.flash(Flash.bad(words(refusal)));
            visit.seeOther("/cart");
        }
    }

    private Cart added(Tx tx, Visit visit, Sku sku, int pieces) {
        Optional<Cart> cart = guests.cart(tx, visit);
        if (cart.isPresent()) return carts.add(tx, cart.get().id(), sku, Quantity.of(pieces));
        Shelf.Item item = shelf.find(tx, sku).orElseThrow(Goods::noSuchProduct);
        var own = new OwnCart(CartId.next(), ClientSecret.make());
        Cart opened = carts.open(
                tx,
                own.id(),
                item.product().price().currency(),
                own.secret().sha256(),
                List.of(new Wanted(sku, Quantity.of(pieces))));
        guests.keep(visit, own);
        return opened;
    }

    private void set(Visit visit) {
        Form form = visit.form();
        Sku sku = sku(visit.path("sku"));
        int pieces = form.has("remove") ? 0 : pieces(form, 0);
        try {
            Contents contents = database.inTransaction(tx -> {
                Optional<Cart> cart = guests.cart(tx, visit);
                return contents(tx, cart.map(own -> carts.set(tx, own.id(), sku, pieces)));
            });
            answer(visit, contents, null);
        } catch (Refusal refusal) {
            if (refusal.problem() != Problem.INVALID_REQUEST) throw refusal;
            visit.flash(Flash.bad(words(refusal)));
            visit.seeOther("/cart");
        }
    }

    /// A piece of the page where one was asked for, else the whole cart.
    private void answer(Visit visit, Contents contents, @Nullable String said) {
        if (visit.isPartial()) {
            visit.page("storefront/drawer", contents);
        } else {
            if (said != null) visit.flash(Flash.good(said));
            visit.seeOther("/cart");
        }
    }

    private static Sku sku(String code) {
        if (!Sku.isValid(code)) throw Goods.noSuchProduct();
        return Sku.of(code);
    }

    private static int pieces(Form form, int least) {
        if (!form.has("quantity")) return 1;
        var errors = new FormErrors();
        OptionalInt pieces = form.integer("quantity", least, Quantity.PIECES_MAX, errors);
        if (pieces.isEmpty()) {
            throw Refusal.invalid("quantity", "out_of_range", String.valueOf(errors.of("quantity")));
        }
        return pieces.getAsInt();
    }

    private static String words(Refusal refusal) {
        return refusal.errors().stream()
                .findFirst()
                .map(error -> switch (error.code()) {
                    case "unknown" -> "This is not sold any more.";
                    case "other_currency" -> "This is sold in another currency than what is in your cart.";
                    case "too_many" -> "Your cart is full.";
                    case "out_of_range" -> "That is more than a cart can hold.";
                    default -> "That could not be put into your cart.";
                })
                .orElse("That could not be put into your cart.");
    }
}
