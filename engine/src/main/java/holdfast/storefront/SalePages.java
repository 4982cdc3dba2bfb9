package holdfast.storefront;

import holdfast.access.ClientSecret;
import holdfast.admission.Place;
import holdfast.admission.WaitingRoom;
import holdfast.cart.Cart;
import holdfast.db.Database;
import holdfast.kernel.Ids;
import holdfast.kernel.Problem;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.pages.Flash;
import holdfast.pages.Form;
import holdfast.pages.FormErrors;
import holdfast.pages.Visit;
import io.helidon.webserver.http.HttpRules;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A product that is sold from a moment on, to those who wait for it, in the order in which they came.
final class SalePages {

    private static final int AT_ONCE_MAX = 10;

    private final Door door;
    private final Database database;
    private final Shelf shelf;
    private final Guests guests;
    private final WaitingRoom waitingRoom;
    private final CheckoutPages checkouts;

    SalePages(
            Door door,
            Database database,
            Shelf shelf,
            Guests guests,
            WaitingRoom waitingRoom,
            CheckoutPages checkouts) {
        this.door = door;
        this.database = database;
        this.shelf = shelf;
        this.guests = guests;
        this.waitingRoom = waitingRoom;
        this.checkouts = checkouts;
    }

    void register(HttpRules rules) {
        door.page(rules, "/sale/{sku}", this::show);
        door.withPages(rules, "/sale/{sku}/place", this::place);
        door.form(rules, "/sale/{sku}/come", this::come);
        door.form(rules, "/sale/{sku}/buy", this::buy);
    }

    record SalePage(Chrome chrome, Shelf.Item item, State state) {}

    /// Where a visitor stands.
    ///
    /// @param startsAt when it begins, or began
    /// @param secondsToStart by the shop's clock; 0: it has begun
    /// @param place null: they have none
    /// @param each how many one customer can have; null: there is no limit
    record State(
            Sku sku,
            Instant startsAt,
            long secondsToStart,
            @Nullable Place place,
            long secondsInside,
            @Nullable Integer each,
            String attempt) {

        String code() {
            return sku.code();
        }

        /// How many they can ask for at once.
        int most() {
            return each == null ? AT_ONCE_MAX : Math.min(AT_ONCE_MAX, each);
        }

        boolean isBegun() {
            return secondsToStart <= 0;
        }

        /// Whether it goes on without the visitor; nobody's form is swapped under their hands.
        boolean moves() {
            return place instanceof Place.Early || place instanceof Place.Waiting || place instanceof Place.Buying;
        }

        /// Whether they may still come to buy, and so have to know how much.
        boolean tellsLimit() {
            return each != null
                    && (place == null
                            || place instanceof Place.Early
                            || place instanceof Place.Waiting
                            || place instanceof Place.Inside
                            || place instanceof Place.Missed);
        }

        String headline() {
            return switch (place) {
                case null -> isBegun() ? "The sale has begun" : "The sale has not begun yet";
                case Place.Early _ -> "You have a place";
                case Place.Waiting _ -> "You are in the queue";
                case Place.Inside _ -> "It is your turn";
                case Place.Buying _ -> "You are buying it";
                case Place.Bought _ -> "You have bought it";
                case Place.Missed _ -> "Your turn has passed";
                case Place.SoldOut _ -> "Sold out";
            };
        }

        String words() {
            return switch (place) {
                case null ->
                    "Everybody comes in the order in which they took a place. Take one: it is yours when you"
                            + " reload the page, and when you come back.";
                case Place.Early(Instant _, long ahead) -> ahead(ahead) + " This page goes on by itself.";
                case Place.Waiting(long ahead, Duration estimate) -> ahead(ahead) + " " + estimated(estimate);
                case Place.Inside _ -> "Buy before your time is up; then the next one is called.";
                case Place.Buying _ -> "What you have taken is held for you in your checkout.";
                case Place.Bought _ -> "Thank you. There is one turn for everybody.";
                case Place.Missed _ -> "You were called and the time went by. You can take a new place, at the end.";
                case Place.SoldOut _ -> "All of it is bought. Nothing was charged to anybody who did not get one.";
            };
        }

        private static String ahead(long ahead) {
            if (ahead == 0) return "You are the next.";
            return ahead == 1 ? "One is before you." : ahead + " are before you.";
        }

        private static String estimated(@Nullable Duration estimate) {
            if (estimate == null) return "Nobody can tell yet how long it takes.";
            long minutes = Math.ceilDiv(estimate.toSeconds(), 60);
            return minutes <= 1 ? "It takes about a minute." : "It takes about " + minutes + " minutes.";
        }
    }

    private void show(Visit visit) {
        Sku sku = sku(visit);
        Shelf.Item item = database.read(tx -> shelf.find(tx, sku)).orElseThrow(Goods::noSuchProduct);
        Optional<Cart> cart = database.read(tx -> guests.cart(tx, visit));
        visit.page(
                "storefront/sale",
                new SalePage(Chrome.of(visit.head(item.title()).with("shop.js"), cart), item, state(visit, sku)));
    }

    /// A piece of the page that waits; most are answered from memory.
    private void place(Visit visit) {
        Sku sku = sku(visit);
        visit.page("storefront/place", state(visit, sku));
    }

    private State state(Visit visit, Sku sku) {
        WaitingRoom.Sale sale = waitingRoom.sale(sku).orElseThrow(Goods::noSuchProduct);
        Place place = guests.visitor(visit)
                .flatMap(secret -> waitingRoom.look(sku, secret.sha256()))
                .orElse(null);
        Instant now = !sale.begun() || place instanceof Place.Inside ? database.read(tx -> tx.now()) : sale.startsAt();
        long inside = place instanceof Place.Inside(Instant until)
                ? Math.max(0, Duration.between(now, until).toSeconds())
                : 0;
        return new State(
                sku,
                sale.startsAt(),
                sale.begun()
                        ? 0
                        : Math.max(1, Duration.between(now, sale.startsAt()).toSeconds()),
                place,
                inside,
                sale.each(),
                Ids.next().toString());
    }

    private void come(Visit visit) {
        Sku sku = sku(visit);
        boolean again = visit.form().has("again");
        ClientSecret secret = guests.visitor(visit).orElseGet(ClientSecret::make);
        guests.keepVisitor(visit, secret);
        if (again) {
            waitingRoom.comeAgain(sku, secret.sha256());
        } else {
            waitingRoom.come(sku, secret.sha256());
        }
        visit.seeOther("/sale/" + sku.code());
    }

    /// Holds it, if it is their turn.
    private void buy(Visit visit) {
        Sku sku = sku(visit);
        Form form = visit.form();
        OptionalInt pieces = form.integer("quantity", 1, AT_ONCE_MAX, new FormErrors());
        byte[] secret = guests.visitor(visit).map(ClientSecret::sha256).orElse(null);
        if (pieces.isEmpty() || !waitingRoom.mayBuy(Set.of(sku), secret)) {
            visit.flash(Flash.note("It is not your turn."));
            visit.seeOther("/sale/" + sku.code());
            return;
        }
        checkouts.openFor(visit, sku, Quantity.of(pieces.getAsInt()), form);
    }

    private static Sku sku(Visit visit) {
        String code = visit.path("sku");
        if (!Sku.isValid(code)) throw noSale();
        return Sku.of(code);
    }

    private static Refusal noSale() {
        return Problem.NOT_FOUND.refuse("There is no such sale.");
    }
}
