package holdfast.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import holdfast.access.ApiKeys;
import holdfast.access.AuditLog;
import holdfast.access.Session;
import holdfast.access.Sessions;
import holdfast.access.SignIn;
import holdfast.access.StaffMembers;
import holdfast.admission.TrustedProxies;
import holdfast.admission.WaitingRoom;
import holdfast.audit.Audit;
import holdfast.catalog.Catalog;
import holdfast.catalog.CsvImport;
import holdfast.catalog.DiscountCodes;
import holdfast.checkout.Sagas;
import holdfast.db.Database;
import holdfast.idempotency.Idempotency;
import holdfast.inventory.StockRoom;
import holdfast.inventory.Warehouses;
import holdfast.kernel.Problem;
import holdfast.kernel.Timing;
import holdfast.order.Canceling;
import holdfast.order.Fulfilling;
import holdfast.order.Orders;
import holdfast.order.Refunding;
import holdfast.order.Settlement;
import holdfast.pages.Csrf;
import holdfast.pages.Flash;
import holdfast.pages.Form;
import holdfast.pages.Head;
import holdfast.pages.Site;
import holdfast.pages.Visit;
import holdfast.reconcile.Reconciler;
import holdfast.reconcile.Webhooks;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The console: a table of pages and forms, and the one way that every request for one of them goes. Who asks,
/// may they, is the form one of ours; only then is it answered.
public final class Console implements HttpService {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    /// Where it begins.
    public static final String HOME = "/console";

    static final String LOGIN = "/console/login";
    private static final String COOKIE = "hf_console";

    private final Modules modules;
    private final Site site;
    private final List<Screen> screens;

    /// What the console is made of.
    ///
    /// @param proxies who is believed about where somebody comes from
    /// @param gateways their names
    /// @param audit makes one that knows all books
    /// @param answers how long the routes of the API have taken so far
    /// @param settings how this shop is configured, secrets aside
    public record Modules(
            Database database,
            Idempotency idempotency,
            AuditLog auditLog,
            StaffMembers staff,
            Sessions sessions,
            ApiKeys keys,
            Catalog catalog,
            CsvImport csvImport,
            DiscountCodes discountCodes,
            Warehouses warehouses,
            StockRoom stockRoom,
            Orders orders,
            Fulfilling fulfilling,
            Canceling canceling,
            Refunding refunding,
            Settlement settlement,
            Sagas sagas,
            Webhooks webhooks,
            Reconciler reconciler,
            WaitingRoom room,
            TrustedProxies proxies,
            List<String> gateways,
            Supplier<Audit> audit,
            Supplier<List<Timing.Figures>> answers,
            List<Setting> settings) {

        /// The same, with what the console itself needs to do everything once.
        ///
        /// @param database where that is kept
        public static Idempotency once(Database database) {
            return new Idempotency(
                    database, refusal -> Desk.answer(refusal.problem().status(), Desk.words(refusal)));
        }
    }

    /// A setting of this shop.
    ///
    /// @param value as it is; of a secret, whether there is one
    public record Setting(String name, String value, String meaning) {}

    /// @param site with the console's own name
    public Console(Modules modules, Site site) {
        this.modules = modules;
        this.site = site;
        this.screens = Stream.of(
                        new DashboardScreens(modules).screens(),
                        new OrderScreens(modules).screens(),
                        new StockScreens(modules).screens(),
                        new DiscountScreens(modules).screens(),
                        new WorkScreens(modules).screens(),
                        new AccessScreens(modules).screens())
                .flatMap(List::stream)
                .toList();
    }

    /// Every page and form there is, but for those that open and close a session.
    List<Screen> screens() {
        return screens;
    }

    @Override
    public void routing(HttpRules rules) {
        site.get(rules, LOGIN, visit -> showLogin(visit, "", null));
        site.post(rules, LOGIN, this::logIn);
        site.post(rules, "/console/logout", this::logOut);
        for (Screen screen : screens) {
            if (screen.method().equals("POST")) site.post(rules, screen.path(), visit -> answer(visit, screen));
            else site.get(rules, screen.path(), visit -> answer(visit, screen));
        }
    }

    private void answer(Visit visit, Screen screen) {
        String token = visit.cookie(COOKIE).orElse("");
        Optional<Session> session = modules.sessions().find(token, !screen.isWatching());
        if (session.isEmpty()) {
            visit.go(LOGIN);
            return;
        }
        if (!session.get().role().includes(screen.role())) {
            LOG.warn(
                    "{}: {} {} is not for {}",
                    visit.id(),
                    screen.method(),
                    screen.path(),
                    session.get().staff());
            throw Problem.FORBIDDEN.refuse(
                    "This is not for the role you have. Somebody who is an admin can change that.");
        }
        var desk = new Desk(visit, screen, session.get(), token, modules);
        if (screen.method().equals("POST") && !isOurs(visit, token, desk)) {
            LOG.warn("{}: {} was sent by no form of ours", visit.id(), screen.path());
            throw Problem.FORBIDDEN.refuse("This form is not one of ours, or is from before you signed in.");
        }
        screen.answer().accept(desk);
    }

    /// A file comes without a form around it, and its token in a header.
    private static boolean isOurs(Visit visit, String token, Desk desk) {
        Optional<String> header = visit.sent("Holdfast-Csrf");
        return header.isPresent()
                ? MessageDigest.isEqual(
                        Csrf.token(token).getBytes(UTF_8), header.get().getBytes(UTF_8))
                : Csrf.matches(token, desk.form());
    }

    /// What the page to sign in shows.
    ///
    /// @param complaint why it did not work; null: nobody has tried
    record Login(Head head, String email, @Nullable String complaint) {}

    private void showLogin(Visit visit, String email, @Nullable String complaint) {
        var login = new Login(visit.head("Sign in"), email, complaint);
        if (complaint == null) visit.page("console/login", login);
        else visit.wrong("console/login", login);
    }

    private void logIn(Visit visit) {
        Form form = visit.form();
        String email = form.text("email");
        switch (modules.sessions().signIn(email, form.text("password"), origin(visit), visit.id())) {
            case SignIn.Welcome(String token, Session _) -> {
                visit.setCookie(COOKIE, token, Sessions.LENGTH_MAX);
                visit.seeOther(HOME);
            }
            case SignIn.Unknown() -> {
                LOG.warn("{}: somebody could not sign in", visit.id());
                showLogin(visit, email, "Nobody has this e-mail address with this password.");
            }
            case SignIn.TooMany() -> {
                LOG.warn("{}: too many tries to sign in", visit.id());
                var login =
                        new Login(visit.head("Sign in"), email, "Too many tries. Come back in a quarter of an hour.");
                visit.tooOften("console/login", login, Sessions.GUESSING);
            }
        }
    }

    /// A name for where somebody comes from, whatever they themselves say; behind a proxy that nobody has told
    /// us of, the proxy's.
    private String origin(Visit visit) {
        Optional<InetAddress> peer = visit.peer();
        if (peer.isEmpty()) return "";
        String origin = modules.proxies().origin(peer.get(), visit.allSent("X-Forwarded-For"));
        return origin == null ? peer.get().getHostAddress() : origin;
    }

    private void logOut(Visit visit) {
        Form form = visit.form();
        visit.cookie(COOKIE)
                .filter(token -> Csrf.matches(token, form))
                .ifPresent(token -> modules.sessions().end(token, visit.id()));
        visit.dropCookie(COOKIE);
        visit.flash(Flash.good("You are signed out."));
        visit.seeOther(LOGIN);
    }
}
