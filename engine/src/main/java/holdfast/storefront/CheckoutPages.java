package holdfast.storefront;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.access.ClientSecret;
import holdfast.admission.WaitingRoom;
import holdfast.cart.Cart;
import holdfast.catalog.ShippingRate;
import holdfast.catalog.Wanted;
import holdfast.checkout.Changes;
import holdfast.checkout.Checkout;
import holdfast.checkout.Checkouts;
import holdfast.checkout.CompleteRequest;
import holdfast.checkout.OpenRequest;
import holdfast.checkout.PlaceOrder;
import holdfast.db.Database;
import holdfast.db.Tx;
import holdfast.idempotency.Answer;
import holdfast.idempotency.KeyUse;
import holdfast.inventory.Availability;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.FieldError;
import holdfast.kernel.Ids;
import holdfast.kernel.Money;
import holdfast.kernel.Problem;
import holdfast.kernel.Quantity;
import holdfast.kernel.Refusal;
import holdfast.kernel.Sku;
import holdfast.order.Order;
import holdfast.pages.Flash;
import holdfast.pages.Form;
import holdfast.pages.FormErrors;
import holdfast.pages.Head;
import holdfast.pages.Site;
import holdfast.pages.Visit;
import holdfast.storefront.Guests.OwnCart;
import holdfast.storefront.Guests.OwnCheckout;
import io.helidon.webserver.http.HttpRules;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The checkout on one page: from the cart to the order. Every step is a form that works by itself; with
/// scripts the page changes in place.
final class CheckoutPages {

    /// How long an answer is kept under the name of an attempt to pay, and to open.
    private static final Duration PAYMENT_KEPT = Duration.ofDays(30);

    private static final Duration OPENING_KEPT = Duration.ofDays(2);
    private static final int RATES_MAX = 1_000;

    private final Site site;
    private final Database database;
    private final Storefront.Modules modules;
    private final Checkouts checkouts;
    private final PlaceOrder placeOrder;
    private final Shelf shelf;
    private final Guests guests;
    private final Provider provider;
    private final WaitingRoom waitingRoom;

    CheckoutPages(Site site, Storefront.Modules modules, Shelf shelf, Guests guests, Provider provider) {
        this.site = site;
        this.database = modules.database();
        this.modules = modules;
        this.checkouts = modules.checkout().checkouts();
        this.placeOrder = modules.checkout().placeOrder();
        this.shelf = shelf;
        this.guests = guests;
        this.provider = provider;
        this.waitingRoom = modules.waitingRoom();
    }

    void register(HttpRules rules) {
        site.post(rules, "/checkout", this::open);
        site.get(rules, "/checkout/back", this::findBack);
        site.get(rules, "/checkout/{id}", this::show);
        site.get(rules, "/checkout/{id}/state", this::state);
        site.get(rules, "/checkout/{id}/return", this::comeBack);
        site.post(rules, "/checkout/{id}/details", this::change);
        site.post(rules, "/checkout/{id}/pay", this::pay);
        site.post(rules, "/checkout/{id}/again", this::holdAgain);
        site.post(rules, "/checkout/{id}/cancel", this::cancel);
    }

    // ---- into the checkout

    /// Holds what is in the cart: in the checkout that is open for it already, or in a new one.
    private void open(Visit visit) {
        Form form = visit.form();
        Optional<Cart> cart = database.read(tx -> guests.cart(tx, visit));
        if (cart.isEmpty() || cart.get().items().isEmpty()) {
            visit.seeOther("/cart");
            return;
        }
        if (!mayBuy(visit, wanted(cart.get()).keySet())) {
            visit.flash(Flash.note("Part of your cart is sold to those who wait for it: take a place on its page."));
            visit.seeOther("/cart");
            return;
        }
        Optional<Checkout> before = openOf(visit, cart.get());
        if (before.isPresent() && goOn(visit, before.get(), cart.get())) return;
        OwnCart own = guests.ownCart(visit).orElseThrow();
        String attempt = Guests.uuid(form.text("attempt"))
                .map(Object::toString)
                .orElseGet(() -> Ids.next().toString());
        var use = new KeyUse(
                "shopper cart " + cart.get().id().value(), "open " + attempt, sha256("open " + attempt), OPENING_KEPT);
        // Asked again under the same name it is the same checkout, so it has to be the same secret.
        ClientSecret secret = ClientSecret.of(own.secret().reveal(), use.scope() + " " + use.key());
        open(visit, new OpenRequest.Source.FromCart(cart.get().id()), null, secret, use);
    }

    /// Holds pieces of what somebody has waited for: it is their turn.
    void openFor(Visit visit, Sku sku, Quantity pieces, Form form) {
        ClientSecret visitor = guests.visitor(visit).orElseThrow();
        Shelf.Item item = database.read(tx -> shelf.find(tx, sku)).orElseThrow(Goods::noSuchProduct);
        String attempt = attempt(form);
        var use = new KeyUse("shopper sale " + sku.code(), "buy " + attempt, sha256("buy " + attempt), OPENING_KEPT);
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
                .flatMap(own -> owned(tx, own).stream())
                .filter(checkout -> Objects.equals(checkout.cart(), cart.id()))
                .filter(checkout -> switch (checkout.status()) {
                    case OPEN, PROCESSING, REQUIRES_ACTION -> true;
                    case COMPLETED, CANCELED, EXPIRED -> false;
                })
                .findFirst());
    }

    /// Leads back into a checkout, with what is in the cart by now; tells whether it could.
    private boolean goOn(Visit visit, Checkout checkout, Cart cart) {
        if (checkout.status() == Checkout.Status.OPEN && !wanted(checkout).equals(wanted(cart))) {
            List<Wanted> lines = cart.items().stream()
                    .map(item -> new Wanted(item.sku(), item.quantity()))
                    .toList();
            try {
                database.transact(
                        tx -> checkouts.change(tx, checkout.id(), new Changes(null, null, null, null, lines)));
            } catch (Refusal refusal) {
                if (isOver(refusal)) return false;
                backToCart(visit, refusal);
                return true;
            }
        }
        visit.seeOther(address(checkout.id()));
        return true;
    }

    private static Map<Sku, Integer> wanted(Checkout checkout) {
        return checkout.lines().stream()
                .collect(Collectors.toMap(
                        Checkout.Line::sku, line -> line.quantity().pieces(), Integer::sum));
    }

    private static Map<Sku, Integer> wanted(Cart cart) {
        return cart.items().stream()
                .collect(
                        Collectors.toMap(Cart.Item::sku, item -> item.quantity().pieces(), Integer::sum));
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
        Outcome outcome;
        try {
            outcome = Outcome.of(checkouts.open(
                    CheckoutId.next(), request, secret.sha256(), Optional.of(use), CheckoutPages::opened));
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
        visit.seeOther(address(id));
    }

    private Set<Sku> skus(CheckoutId id) {
        return database.read(tx -> checkouts.find(tx, id))
                .map(checkout -> wanted(checkout).keySet())
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
        return database.read(tx -> shelf.find(tx, sku)).map(Shelf.Item::title).orElse(sku.code());
    }

    // ---- the page

    /// A checkout as it is shown.
    ///
    /// @param attempt the name of the attempt to pay that begins on this page
    /// @param secondsLeft until the hold expires
    record CheckoutPage(
            Chrome chrome,
            Checkout checkout,
            Details details,
            Provider provider,
            String attempt,
            long secondsLeft,
            @Nullable String declined,
            @Nullable Notice notice) {

        String id() {
            return checkout.id().value().toString();
        }

        Order.Totals totals() {
            return checkout.totals();
        }

        boolean isFree() {
            return checkout.totals().total().isZero();
        }

        boolean isReadyToPay() {
            return checkout.email() != null && checkout.shippingAddress() != null && checkout.shipping() != null;
        }

        String clock() {
            return Show.clock(secondsLeft);
        }

        String error(String field) {
            String error = details.errors().of(field);
            return error == null ? "" : error;
        }

        boolean isWrong(String field) {
            return details.errors().has(field);
        }

        Provider.@Nullable WithFields fields() {
            return provider instanceof Provider.WithFields fields ? fields : null;
        }

        Provider.@Nullable Stripe stripe() {
            return provider instanceof Provider.Stripe stripe ? stripe : null;
        }

        List<Provider.Wallet> wallets() {
            return provider instanceof Provider.Sandbox sandbox && !isFree() ? sandbox.wallets() : List.of();
        }

        /// The total as the provider's fields count it; null where that is no number they know.
        @Nullable
        String amount() {
            OptionalLong amount = stripe() == null
                    ? OptionalLong.empty()
                    : stripe().minorUnits().apply(totals().total());
            return amount.isPresent() ? String.valueOf(amount.getAsLong()) : null;
        }

        String payLabel() {
            return isFree() ? "Place the order" : "Pay " + Show.money(totals().total());
        }

        boolean isChosen(Checkout.Shipping option) {
            return checkout.shipping() != null
                    && option.option().equals(checkout.shipping().option());
        }

        static String picture(Checkout.Line line) {
            return Goods.picture(line.sku());
        }
    }

    /// Something to say at the head of the page, in place.
    record Notice(String tone, String headline, String text) {}

    private void show(Visit visit) {
        Own own = own(visit);
        Checkout checkout = own.checkout;
        switch (checkout.status()) {
            case OPEN -> visit.page("storefront/checkout", page(visit, own, Details.of(checkout), null));
            case PROCESSING, REQUIRES_ACTION -> visit.page("storefront/waiting", waiting(visit, checkout));
            case COMPLETED -> toOrder(visit, checkout);
            case EXPIRED, CANCELED -> visit.page("storefront/gone", gone(visit, checkout));
        }
    }

    /// A checkout of whoever asks.
    ///
    /// @param secondsLeft until its hold expires, by the shop's clock
    private record Own(Checkout checkout, OwnCheckout keys, long secondsLeft) {}

    /// @throws Refusal `not_found`, as if it did not exist
    private Own own(Visit visit) {
        CheckoutId id = Guests.uuid(visit.path("id")).map(CheckoutId::new).orElseThrow(CheckoutPages::notYours);
        OwnCheckout keys = guests.checkout(visit, id).orElseThrow(CheckoutPages::notYours);
        return database.read(tx -> {
            Checkout checkout = owned(tx, keys).orElseThrow(CheckoutPages::notYours);
            return new Own(checkout, keys, secondsLeft(tx, checkout));
        });
    }

    private static long secondsLeft(Tx tx, Checkout checkout) {
        return Math.max(
                0, Duration.between(tx.now(), checkout.hold().expiresAt()).toSeconds());
    }

    private Optional<Checkout> owned(Tx tx, OwnCheckout own) {
        return checkouts.belongsTo(tx, own.id(), own.secret().sha256())
                ? checkouts.find(tx, own.id())
                : Optional.empty();
    }

    private static Refusal notYours() {
        return Problem.NOT_FOUND.refuse("There is no such checkout, or it belongs to another browser.");
    }

    private CheckoutPage page(Visit visit, Own own, Details details, @Nullable Notice notice) {
        Head head = visit.head("Checkout").with("shop.js", "checkout.js");
        if (provider instanceof Provider.WithFields fields) visit.letIn(fields.others());
        Optional<Cart> cart = database.read(tx -> guests.cart(tx, visit));
        Checkout.Payment last = own.checkout.payment();
        String declineCode = last == null || !last.state().equals("declined") ? null : last.declineCode();
        return new CheckoutPage(
                Chrome.of(head, cart),
                own.checkout,
                details,
                provider,
                Ids.next().toString(),
                own.secondsLeft,
                declineCode == null ? null : Words.declined(declineCode),
                notice);
    }

    private static String address(CheckoutId id) {
        return "/checkout/" + id.value();
    }

    // ---- what is typed

    private void change(Visit visit) {
        Form form = visit.form();
        boolean inPlace = visit.isPartial();
        Own own = own(visit);
        Details details = Details.read(form, !inPlace);
        if (own.checkout.status() != Checkout.Status.OPEN || !save(own, details)) {
            visit.seeOther(address(own.checkout.id()));
            return;
        }
        CheckoutPage page = page(visit, own(visit), details, null);
        if (inPlace) {
            visit.page("storefront/changed", page);
        } else if (details.errors().isEmpty()) {
            visit.flash(Flash.good("Saved."));
            visit.seeOther(address(own.checkout.id()));
        } else {
            visit.wrong("storefront/checkout", page);
        }
    }

    /// Writes down what can be of what was typed; errors go to the form. Tells whether the checkout is still
    /// open.
    private boolean save(Own own, Details details) {
        Changes changes = details.changes(own.checkout);
        if (changes == null) return true;
        try {
            tryToChange(own.checkout, changes);
            return true;
        } catch (Refusal refusal) {
            if (isOver(refusal)) return false;
            complain(details.errors(), refusal);
            return true;
        }
    }

    /// A way to ship that was chosen for another country must not keep anybody from moving.
    private void tryToChange(Checkout checkout, Changes changes) {
        try {
            database.transact(tx -> checkouts.change(tx, checkout.id(), changes));
        } catch (Refusal refusal) {
            boolean onlyOption = refusal.problem() == Problem.INVALID_REQUEST
                    && !refusal.errors().isEmpty()
                    && refusal.errors().stream().allMatch(error -> error.field().equals("shipping_option"));
            if (!onlyOption) throw refusal;
            for (String option : options(checkout)) {
                if (triedWith(checkout, changes, option)) return;
            }
            throw refusal;
        }
    }

    private boolean triedWith(Checkout checkout, Changes changes, String option) {
        try {
            database.transact(tx -> checkouts.change(
                    tx,
                    checkout.id(),
                    new Changes(changes.email(), changes.shippingAddress(), option, changes.discountCodes(), null)));
            return true;
        } catch (Refusal refusal) {
            if (refusal.problem() == Problem.INVALID_REQUEST) return false;
            throw refusal;
        }
    }

    private List<String> options(Checkout checkout) {
        return database.read(tx -> modules.shippingRates().list(tx, RATES_MAX, null)).data().stream()
                .filter(rate -> rate.price().currency().equals(checkout.currency()))
                .map(ShippingRate::option)
                .distinct()
                .toList();
    }

    /// Whether nothing can be changed any more.
    private static boolean isOver(Refusal refusal) {
        return switch (refusal.problem()) {
            case HOLD_EXPIRED, CHECKOUT_CANCELED, CHECKOUT_COMPLETED, PAYMENT_IN_PROGRESS -> true;
            default -> false;
        };
    }

    /// @throws Refusal the same, if it is not about what was typed
    private static void complain(FormErrors errors, Refusal refusal) {
        switch (refusal.problem()) {
            case INVALID_REQUEST -> refusal.errors().forEach(error -> complain(errors, error));
            case PURCHASE_LIMIT -> errors.add("email", "With this address, that is more than one customer can have.");
            case OUT_OF_STOCK -> errors.add("country", "There is not enough left that can be sent there.");
            default -> throw refusal;
        }
    }

    private static void complain(FormErrors errors, FieldError error) {
        String field = error.field();
        if (field.startsWith("discount_codes")) {
            errors.add("code", Words.code(error));
        } else if (field.equals("shipping_address.country") || field.equals("shipping_option")) {
            errors.add("country", "We do not send there.");
        } else if (field.startsWith("shipping_address.")) {
            errors.add(field.substring("shipping_address.".length()), error.message());
        } else {
            errors.add("email", error.message());
        }
    }

    // ---- the money

    private void pay(Visit visit) {
        Form form = visit.form();
        Own own = own(visit);
        if (own.checkout.status() != Checkout.Status.OPEN) {
            visit.go(address(own.checkout.id()));
            return;
        }
        Details details = Details.read(form, true);
        if (!save(own, details)) {
            visit.go(address(own.checkout.id()));
            return;
        }
        own = own(visit);
        Money shown = shown(form, own.checkout);
        Money total = own.checkout.totals().total();
        String token = form.textOrNull("token");
        if (details.errors().isEmpty() && token == null && !total.isZero()) {
            details.errors().add("card", "Enter your card. Its fields need JavaScript.");
        }
        if (!details.errors().isEmpty()) {
            again(visit, own, details, null);
        } else if (!total.equals(shown)) {
            again(visit, own, details, priceChanged(shown, total));
        } else {
            complete(visit, own, details, attempt(form), token, shown);
        }
    }

    private static Money shown(Form form, Checkout checkout) {
        String minor = form.text("total");
        return minor.matches("\\d{1,15}")
                ? Money.of(Long.parseLong(minor), checkout.currency())
                : checkout.totals().total();
    }

    private static String attempt(Form form) {
        return Guests.uuid(form.text("attempt"))
                .map(Object::toString)
                .orElseGet(() -> Ids.next().toString());
    }

    private static Notice priceChanged(Money from, Money to) {
        return new Notice(
                "note",
                "The price has changed",
                "It was " + Show.money(from) + " and is " + Show.money(to)
                        + " now. Nothing was charged: have another look, and pay if you agree.");
    }

    private void complete(Visit visit, Own own, Details details, String attempt, @Nullable String token, Money total) {
        CheckoutId id = own.checkout.id();
        // Kept before money moves: whoever comes back from a challenge asks again under this name.
        guests.keep(visit, new OwnCheckout(id, own.keys.secret(), attempt));
        Outcome outcome =
                Outcome.of(placeOrder.complete(new CompleteRequest(id, token, null, total), use(id, attempt)));
        Own now = own(visit);
        switch (now.checkout.status()) {
            case COMPLETED -> toOrder(visit, now.checkout);
            case REQUIRES_ACTION -> visit.go(challenge(visit, now.checkout));
            case PROCESSING, EXPIRED, CANCELED -> visit.go(address(id));
            case OPEN -> again(visit, now, details, notice(outcome, total));
        }
    }

    /// The same attempt is the same, whichever card a second click has sent with it.
    private static KeyUse use(CheckoutId id, String attempt) {
        return new KeyUse(
                "shopper checkout " + id.value(),
                "pay " + attempt,
                sha256("pay " + id.value() + " " + attempt),
                PAYMENT_KEPT);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private @Nullable Notice notice(Outcome outcome, Money shown) {
        return switch (outcome.code()) {
            case "payment_declined" ->
                new Notice("bad", "The payment was declined", Words.declined(outcome.declineCode()));
            case "price_changed" -> priceChanged(shown, Objects.requireNonNullElse(outcome.total(), shown));
            case "discount_code_unavailable" ->
                new Notice(
                        "note",
                        "Your discount code is used up",
                        "Nothing was charged: remove the code, have another look, and pay if you agree.");
            case "out_of_stock" ->
                new Notice("bad", "Not enough is left", Words.soldOut(outcome.available(), this::title));
            case "purchase_limit" ->
                new Notice("bad", "One customer can have less", Words.limited(outcome.limits(), this::title));
            default -> null;
        };
    }

    /// The page again, with what was typed and what is in the way.
    private void again(Visit visit, Own own, Details details, @Nullable Notice notice) {
        CheckoutPage page = page(visit, own, details, notice);
        if (visit.isPartial()) {
            visit.page("storefront/changed", page);
        } else {
            visit.wrong("storefront/checkout", page);
        }
    }

    private void toOrder(Visit visit, Checkout checkout) {
        boolean bought = database.read(tx -> guests.cart(tx, visit))
                .filter(cart ->
                        cart.id().equals(checkout.cart()) || wanted(cart).equals(wanted(checkout)))
                .isPresent();
        if (bought) guests.dropCart(visit);
        visit.go("/orders/" + Objects.requireNonNull(checkout.order()).value());
    }

    // ---- while the bank is at it

    /// A payment that is under way.
    ///
    /// @param challenge where the shopper has to confirm it; null: nowhere, it takes its time
    record WaitingPage(Chrome chrome, String id, @Nullable String challenge, String provider) {}

    private WaitingPage waiting(Visit visit, Checkout checkout) {
        boolean asked = checkout.status() == Checkout.Status.REQUIRES_ACTION;
        return new WaitingPage(
                Chrome.of(
                        visit.head(asked ? "Confirm your payment" : "Your payment is on its way")
                                .with("shop.js"),
                        Optional.empty()),
                checkout.id().value().toString(),
                asked ? challenge(visit, checkout) : null,
                provider.name());
    }

    /// The provider's page, with the way back to ours.
    private String challenge(Visit visit, Checkout checkout) {
        String url = Objects.requireNonNull(
                Objects.requireNonNull(checkout.payment()).nextActionUrl());
        return provider instanceof Provider.Sandbox sandbox
                ? sandbox.challenge(url, visit.origin() + address(checkout.id()) + "/return")
                : url;
    }

    /// Whether there is news, for a page that waits.
    private void state(Visit visit) {
        Checkout checkout = own(visit).checkout;
        boolean waits =
                checkout.status() == Checkout.Status.PROCESSING || checkout.status() == Checkout.Status.REQUIRES_ACTION;
        if (waits) {
            visit.nothing();
        } else {
            visit.go(address(checkout.id()));
        }
    }

    /// Back from a bank that was told one address for all: to the checkout that this browser tried to pay last,
    /// one that waits for the bank before any other.
    private void findBack(Visit visit) {
        List<OwnCheckout> tried = guests.checkouts(visit).stream()
                .filter(own -> own.attempt() != null)
                .toList();
        OwnCheckout own = database.read(tx -> tried.stream()
                        .filter(each -> owned(tx, each)
                                .filter(checkout -> checkout.status() == Checkout.Status.REQUIRES_ACTION)
                                .isPresent())
                        .findFirst())
                .or(() -> tried.stream().findFirst())
                .orElseThrow(CheckoutPages::notYours);
        visit.seeOther(address(own.id()) + "/return");
    }

    /// Back from the bank: what came of it is read from the provider, never from the address.
    private void comeBack(Visit visit) {
        Own own = own(visit);
        String attempt = own.keys.attempt();
        if (attempt != null && own.checkout.status() == Checkout.Status.REQUIRES_ACTION) {
            try {
                placeOrder.complete(
                        new CompleteRequest(
                                own.checkout.id(),
                                null,
                                null,
                                own.checkout.totals().total()),
                        use(own.checkout.id(), attempt));
            } catch (Refusal refusal) {
                if (!refusal.problem().retryable()) throw refusal; // Else somebody is at it: the page waits.
            }
        }
        Checkout now = own(visit).checkout;
        if (now.status() == Checkout.Status.COMPLETED) {
            toOrder(visit, now);
        } else {
            visit.seeOther(address(now.id()));
        }
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
        Form form = visit.form();
        Own own = own(visit);
        Checkout checkout = own.checkout;
        boolean over = checkout.status() == Checkout.Status.EXPIRED || checkout.status() == Checkout.Status.CANCELED;
        if (!over) {
            visit.seeOther(address(checkout.id()));
            return;
        }
        List<Wanted> lines = stillThere(checkout);
        if (lines.isEmpty()) {
            visit.flash(Flash.bad("Nothing of it is left by now."));
            visit.seeOther("/products");
            return;
        }
        if (!mayBuy(visit, wanted(checkout).keySet())) {
            visit.flash(Flash.note("Your turn has passed: this is sold to those who wait for it."));
            visit.seeOther("/cart");
            return;
        }
        String attempt = attempt(form);
        var use = new KeyUse(
                "shopper checkout " + checkout.id().value(),
                "again " + attempt,
                sha256("again " + attempt),
                OPENING_KEPT);
        ClientSecret secret = ClientSecret.of(own.keys.secret().reveal(), use.scope() + " " + use.key());
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
        Own own = own(visit);
        Function<Checkout, Answer> render = CheckoutPages::opened;
        try {
            checkouts.cancel(own.checkout.id(), Optional.empty(), render);
        } catch (Refusal refusal) {
            if (refusal.problem() != Problem.PAYMENT_IN_PROGRESS) throw refusal;
            visit.seeOther(address(own.checkout.id()));
            return;
        }
        visit.flash(Flash.note("Nothing is held for you any more. Your cart is as it was."));
        visit.seeOther("/cart");
    }
}
