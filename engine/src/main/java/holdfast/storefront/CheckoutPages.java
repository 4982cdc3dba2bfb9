package holdfast.storefront;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.access.ClientSecret;
import holdfast.admission.WaitingRoom;
import holdfast.cart.Cart;
import holdfast.catalog.Wanted;
import holdfast.checkout.Changes;
import holdfast.checkout.Checkout;
import holdfast.checkout.Checkouts;
import holdfast.checkout.OpenRequest;
import holdfast.db.Database;
import holdfast.idempotency.Answer;
import holdfast.idempotency.KeyUse;
import holdfast.inventory.Availability;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Ids;
import holdfast.kernel.Problem;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.pages.Flash;
import holdfast.pages.Form;
import holdfast.pages.Visit;
import holdfast.storefront.Guests.OwnCart;
import holdfast.storefront.Guests.OwnCheckout;
import holdfast.storefront.OwnCheckouts.Own;
import holdfast.trace.Span;
import io.helidon.webserver.http.HttpRules;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The way into a checkout, and out of it: what is in the cart is held, held again, or let go of.
final class CheckoutPages {

    /// How long an answer is kept under the name of an attempt to open one.
    private static final Duration KEPT = Duration.ofDays(2);

    private final Door door;
    private final Database database;
    private final Checkouts checkouts;
    private final Shelf shelf;
    private final Guests guests;
    private final OwnCheckouts owned;
    private final CheckoutForm form;
    private final PaymentPages payments;
    private final WaitingRoom waitingRoom;

    CheckoutPages(Door door, Storefront.Modules modules, Shelf shelf, Guests guests, Provider provider) {
        this.door = door;
        this.database = modules.database();
        this.checkouts = modules.checkout().checkouts();
        this.shelf = shelf;
        this.guests = guests;
        this.owned = new OwnCheckouts(database, checkouts, guests);
        this.form = new CheckoutForm(door, modules, guests, owned, provider);
        this.payments = new PaymentPages(door, modules, shelf, guests, owned, form, provider);
        this.waitingRoom = modules.waitingRoom();
    }

    void register(HttpRules rules) {
        door.form(rules, "/checkout", this::open);
        payments.register(rules);
        form.register(rules);
        door.page(rules, "/checkout/{id}", this::show);
        door.form(rules, "/checkout/{id}/again", this::holdAgain);
        door.form(rules, "/checkout/{id}/cancel", this::cancel);
    }

    private void show(Visit visit) {
        Own own = owned.named(visit);
        Checkout checkout = own.checkout();
        switch (checkout.status()) {
            case OPEN -> form.show(visit, own);
            case PROCESSING, REQUIRES_ACTION -> payments.showWaiting(visit, checkout);
            case COMPLETED -> payments.toOrder(visit, checkout);
            case EXPIRED, CANCELED -> visit.page("storefront/gone", gone(visit, checkout));
        }
    }

    // ---- in

    /// Holds what is in the cart: in the checkout that is open for it already, or in a new one.
    private void open(Visit visit) {
        Form sent = visit.form();
        Optional<Cart> cart = database.read(tx -> guests.cart(tx, visit));
        if (cart.isEmpty() || cart.get().items().isEmpty()) {
            visit.seeOther("/cart");
            return;
        }
        if (!mayBuy(visit, cart.get().wanted().keySet())) {
            visit.flash(Flash.note("Part of your cart is sold to those who wait for it: take a place on its page."));
            visit.seeOther("/cart");
            return;
        }
        Optional<Checkout> before = openOf(visit, cart.get());
        if (before.isPresent() && goOn(visit, before.get(), cart.get())) return;
        OwnCart own = guests.ownCart(visit).orElseThrow();
        KeyUse use = Once.use("shopper cart " + cart.get().id().value(), "open", Once.name(sent), KEPT);
        // Asked again under the same name it is the same checkout, so it has to be the same secret.
        ClientSecret secret = ClientSecret.of(own.secret().reveal(), use.scope() + " " + use.key());
        open(visit, new OpenRequest.Source.FromCart(cart.get().id()), null, secret, use);
    }

    /// Holds pieces of what somebody has waited for: it is their turn.
    void openFor(Visit visit, Sku sku, Quantity pieces, Form sent) {
        ClientSecret visitor = guests.visitor(visit).orElseThrow();
        Shelf.Item item = database.read(tx -> shelf.find(tx, sku)).orElseThrow(Goods::noSuchProduct);
        KeyUse use = Once.use("shopper sale " + sku.code(), "buy", Once.name(sent), KEPT);
        var source = new OpenRequest.Source.Lines(item.product().price().currency(), List.of(new Wanted(sku, pieces)));
        open(visit, source, null, ClientSecret.of(visitor.reveal(), use.scope() + " " + use.key()), use);
    }

    /// Whether it is their turn for whatever of it is sold to those who wait.
    private boolean mayBuy(Visit visit, Set<Sku> skus) {
        return waitingRoom.isEmpty()
                || waitingRoom.mayBuy(
                        skus, guests.visitor(visit).map(ClientSecret::sha256).orElse(null));
    }

    /// The checkout that was opened from this cart, if it can still become an order.
    private Optional<Checkout> openOf(Visit visit, Cart cart) {
        return database.read(tx -> guests.checkouts(visit).stream()
                .flatMap(own -> owned.find(tx, own).stream())
                .filter(checkout -> Objects.equals(checkout.cart(), cart.id()))
                .filter(checkout -> switch (checkout.status()) {
                    case OPEN, PROCESSING, REQUIRES_ACTION -> true;
                    case COMPLETED, CANCELED, EXPIRED -> false;
                })
                .findFirst());
    }

    /// Leads back into a checkout, with what is in the cart by now; tells whether it could.
    private boolean goOn(Visit visit, Checkout checkout, Cart cart) {
        if (checkout.status() == Checkout.Status.OPEN && !checkout.wanted().equals(cart.wanted())) {
            List<Wanted> lines = cart.items().stream()
                    .map(item -> new Wanted(item.sku(), item.quantity()))
                    .toList();
            try {
                database.transact(
                        tx -> checkouts.change(tx, checkout.id(), new Changes(null, null, null, null, lines)));
            } catch (Refusal refusal) {
                if (OwnCheckouts.isOver(refusal)) return false;
                backToCart(visit, refusal);
                return true;
            }
        }
        visit.seeOther(OwnCheckouts.address(checkout.id()));
        return true;
    }

    /// @param like who wanted it before, and where to
    private void open(
            Visit visit, OpenRequest.Source source, @Nullable Checkout like, ClientSecret secret, KeyUse use) {
        var request = new OpenRequest(
                source,
                like == null ? null : like.email(),
                like == null ? null : like.shippingAddress(),
                like == null || like.shipping() == null ? null : like.shipping().option(),
                like == null ? List.of() : like.discountCodes());
        CheckoutId fresh = Span.nextCheckout();
        Outcome outcome;
        try {
            outcome = Outcome.of(door.open(
                    visit,
                    fresh,
                    () -> checkouts.open(fresh, request, secret.sha256(), Optional.of(use), CheckoutPages::opened)));
        } catch (Refusal refusal) {
            if (refusal.problem() != Problem.INVALID_REQUEST) throw refusal;
            backToCart(visit, refusal);
            return;
        }
        if (outcome.isRefused()) {
            visit.flash(Flash.bad(whyNot(outcome)));
            visit.seeOther("/cart");
            return;
        }
        var id = new CheckoutId(Guests.uuid(outcome.body().path("id").asText()).orElseThrow());
        guests.keep(visit, new OwnCheckout(id, secret, null));
        guests.visitor(visit).ifPresent(visitor -> waitingRoom.opened(skus(id), visitor.sha256(), id));
        visit.seeOther(OwnCheckouts.address(id));
    }

    private Set<Sku> skus(CheckoutId id) {
        return database.read(tx -> checkouts.find(tx, id))
                .map(checkout -> checkout.wanted().keySet())
                .orElse(Set.of());
    }

    private static Answer opened(Checkout checkout) {
        return Answer.of(201, ("{\"id\":\"" + checkout.id().value() + "\"}").getBytes(UTF_8));
    }

    private void backToCart(Visit visit, Refusal refusal) {
        String why = switch (refusal.problem()) {
            case OUT_OF_STOCK -> "Somebody was faster: not all of this is left. Nothing was charged.";
            case PURCHASE_LIMIT -> "This is more than one customer can have.";
            default -> "Something in your cart cannot be bought as it is.";
        };
        visit.flash(Flash.bad(why));
        visit.seeOther("/cart");
    }

    private String whyNot(Outcome outcome) {
        return switch (outcome.code()) {
            case "out_of_stock" -> Words.soldOut(outcome.available(), this::title);
            case "purchase_limit" -> Words.limited(outcome.limits(), this::title);
            default -> "That did not work. Nothing was charged.";
        };
    }

    private String title(Sku sku) {
        return database.read(tx -> shelf.title(tx, sku));
    }

    // ---- out of time

    /// A checkout whose stock is not held any more.
    record GonePage(
            Chrome chrome, String id, boolean expired, List<GoneLine> lines, boolean someLeft, String attempt) {}

    /// A line of it, and what is left of that.
    record GoneLine(Checkout.Line line, Availability availability) {

        String picture() {
            return Goods.picture(line.sku());
        }

        long left() {
            return Math.min(line.quantity().pieces(), availability.inStock() + availability.toBackorder());
        }

        boolean isThere() {
            return left() == line.quantity().pieces();
        }

        String words() {
            if (isThere()) return "Still there";
            return left() == 0 ? "Sold out" : "Only " + left() + " left";
        }

        String tone() {
            if (isThere()) return "good";
            return left() == 0 ? "bad" : "note";
        }
    }

    private GonePage gone(Visit visit, Checkout checkout) {
        Map<Sku, Availability> available = database.read(tx -> shelf.available(
                tx, checkout.lines().stream().map(Checkout.Line::sku).toList()));
        List<GoneLine> lines = checkout.lines().stream()
                .map(line -> new GoneLine(line, available.getOrDefault(line.sku(), Availability.NONE)))
                .toList();
        boolean expired = checkout.status() == Checkout.Status.EXPIRED;
        Optional<Cart> cart = database.read(tx -> guests.cart(tx, visit));
        return new GonePage(
                Chrome.of(visit.head(expired ? "The time is up" : "Canceled").with("shop.js"), cart),
                checkout.id().value().toString(),
                expired,
                lines,
                lines.stream().anyMatch(line -> line.left() > 0),
                Ids.next().toString());
    }

    /// Holds what is left of an expired checkout, for the same person and the same address.
    private void holdAgain(Visit visit) {
        Form sent = visit.form();
        Own own = owned.named(visit);
        Checkout checkout = own.checkout();
        boolean over = checkout.status() == Checkout.Status.EXPIRED || checkout.status() == Checkout.Status.CANCELED;
        if (!over) {
            visit.seeOther(OwnCheckouts.address(checkout.id()));
            return;
        }
        List<Wanted> lines = stillThere(checkout);
        if (lines.isEmpty()) {
            visit.flash(Flash.bad("Nothing of it is left by now."));
            visit.seeOther("/products");
            return;
        }
        if (!mayBuy(visit, checkout.wanted().keySet())) {
            visit.flash(Flash.note("Your turn has passed: this is sold to those who wait for it."));
            visit.seeOther("/cart");
            return;
        }
        KeyUse use = Once.use("shopper checkout " + checkout.id().value(), "again", Once.name(sent), KEPT);
        ClientSecret secret = ClientSecret.of(own.keys().secret().reveal(), use.scope() + " " + use.key());
        open(visit, new OpenRequest.Source.Lines(checkout.currency(), lines), checkout, secret, use);
    }

    private List<Wanted> stillThere(Checkout checkout) {
        Map<Sku, Availability> available = database.read(tx -> shelf.available(
                tx, checkout.lines().stream().map(Checkout.Line::sku).toList()));
        var lines = new ArrayList<Wanted>();
        for (Checkout.Line line : checkout.lines()) {
            var gone = new GoneLine(line, available.getOrDefault(line.sku(), Availability.NONE));
            if (gone.left() > 0) {
                lines.add(new Wanted(line.sku(), Quantity.of(Math.toIntExact(gone.left()))));
            }
        }
        return lines;
    }

    /// Gives the stock back at once; the cart stays.
    private void cancel(Visit visit) {
        Own own = owned.named(visit);
        Function<Checkout, Answer> render = CheckoutPages::opened;
        try {
            checkouts.cancel(own.id(), Optional.empty(), render);
        } catch (Refusal refusal) {
            if (refusal.problem() != Problem.PAYMENT_IN_PROGRESS) throw refusal;
            visit.seeOther(OwnCheckouts.address(own.id()));
            return;
        }
        door.canceled(visit, own.id());
        visit.flash(Flash.note("Nothing is held for you any more. Your cart is as it was."));
        visit.seeOther("/cart");
    }
}
