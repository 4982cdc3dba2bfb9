package holdfast.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.FrameLocator;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Somebody with a browser of their own: cookies, a window, and an eye on what the browser complains about.
public final class Visitor implements AutoCloseable {

    private static final int PATIENCE_MS = 15_000;
    private static final String POLICY_SPY = """
            document.addEventListener("securitypolicyviolation",
              (event) => console.error("Content Security Policy: " + event.violatedDirective + " " + event.blockedURI));
            """;

    private final URI shop;
    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    private Visitor(URI shop, NewContextOptions options) {
        this.shop = shop;
        context = Chromium.browser().newContext(options.setReducedMotion(ReducedMotion.REDUCE));
        context.setDefaultTimeout(PATIENCE_MS);
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        context.addInitScript(POLICY_SPY);
        context.onConsoleMessage(message -> {
            if (message.text().startsWith("Content Security Policy: ")) complaints.add(message.text());
        });
        context.onWebError(error -> complaints.add(error.error()));
        page = context.newPage();
    }

    /// With a window as on a desk.
    public static Visitor at(URI shop) {
        return with(shop, new NewContextOptions().setViewportSize(1280, 900));
    }

    /// With a window, colors or abilities of its own.
    public static Visitor with(URI shop, NewContextOptions options) {
        return new Visitor(shop, options);
    }

    public Page page() {
        return page;
    }

    /// Another tab of the same browser.
    Page anotherTab() {
        return context.newPage();
    }

    /// Goes to a path of the shop.
    public Visitor to(String path) {
        page.navigate(shop.resolve(path).toString());
        return this;
    }

    public void press(String button) {
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button))
                .first()
                .click();
    }

    public String heading() {
        return page.locator("h1").innerText();
    }

    public String path() {
        return URI.create(page.url()).getPath();
    }

    void arrivesAt(String path) {
        page.waitForURL(Pattern.compile(".*" + path + ".*"));
    }

    /// Puts something into the cart and goes on to the checkout.
    void checksOut(String sku) {
        putsIntoTheCart(sku, 1);
        page.locator("#cart-drawer")
                .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Check out"))
                .click();
        arrivesAt("/checkout/");
    }

    void putsIntoTheCart(String sku, int pieces) {
        to("/products/" + sku);
        page.locator("#quantity").fill(String.valueOf(pieces));
        press("Put into the cart");
        page.locator("#cart-drawer[open]").waitFor();
    }

    /// Says who they are and where they live, and waits for what shipping and tax come to.
    void tellsTheAddress() {
        page.locator("#email").fill("ada@example.com");
        page.locator("#name").fill("Ada Lovelace");
        page.locator("#line1").fill("12 Orchard Street");
        page.locator("#postal_code").fill("10002");
        page.locator("#city").fill("New York");
        page.locator("#region").fill("NY");
        page.locator("#region").blur(); // or it is saved once more later, when the card is entered
        page.locator("#country").selectOption("US");
        page.locator("#shipping .choice").first().waitFor();
    }

    void entersTheCard(String number) {
        FrameLocator fields = page.frameLocator("#card iframe");
        fields.locator("#number").fill(number);
        fields.locator("#expiry").fill("12 / 34");
        fields.locator("#cvc").fill(number.startsWith("3") ? "1234" : "123");
    }

    void pays() {
        page.locator("#pay").click();
    }

    String notice() {
        Locator banner = page.locator("#notice .banner");
        banner.waitFor();
        return banner.innerText();
    }

    /// Nobody has to be able to see, or to hold a mouse, to use this page.
    void findsItAccessible() {
        var serious = new AxeBuilder(page)
                .exclude(List.of("iframe")).analyze().getViolations().stream()
                        .filter(found -> List.of("serious", "critical").contains(found.getImpact()))
                        .map(found -> path() + " " + found.getId() + ": " + found.getNodes())
                        .toList();
        assertThat(serious).isEmpty();
    }

    /// Nothing of this page lies beside the window.
    void seesItsWholeWidth() {
        Object beside = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assertThat(beside).as(path() + " scrolls sideways").isEqualTo(0);
    }

    void picture(Path file) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }

    /// What the browser has complained about so far.
    List<String> complaints() {
        return complaints;
    }

    @Override
    public void close() {
        context.close();
    }
}
