package holdfast.browser;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.options.ColorScheme;
import holdfast.Repository;
import holdfast.app.RunningDemo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Takes the pictures of `docs/screens`; no test of the suite, but a command: `-Dtest=Screens`.
class Screens {

    private static final Path FOLDER = Repository.ROOT.resolve("docs/screens");

    /// A window, and how it is called.
    private record Window(String name, int width, int height) {}

    @Test
    void every_page_in_the_light_and_in_the_dark() {
        try (var demo = new RunningDemo()) {
            demo.planSale();
            for (Window window : List.of(new Window("desk", 1280, 900), new Window("phone", 390, 844))) {
                for (ColorScheme colors : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                    var options =
                            new NewContextOptions().setColorScheme(colors).setViewportSize(window.width, window.height);
                    String suffix = "-" + window.name + "-" + colors.name().toLowerCase(Locale.ROOT) + ".png";
                    try (Visitor ada = Visitor.with(demo.url(), options)) {
                        take(demo, ada, suffix);
                    }
                }
            }
        }
    }

    private static void take(RunningDemo demo, Visitor ada, String suffix) {
        shoot(ada.to("/"), "shop" + suffix);
        shoot(ada.to("/products?q=mug"), "search" + suffix);
        shoot(ada.to("/products/JUG-STO-MID"), "product" + suffix);
        shoot(ada.to("/cart"), "cart-empty" + suffix);
        ada.putsIntoTheCart("MUG-STO-MOS", 2);
        shoot(ada, "drawer" + suffix);
        shoot(ada.to("/cart"), "cart" + suffix);
        ada.press("Check out");
        ada.arrivesAt("/checkout/");
        ada.tellsTheAddress();
        shoot(ada, "checkout" + suffix);
        ada.entersTheCard("4000000000009995");
        ada.page().locator("#card").scrollIntoViewIfNeeded();
        ada.picture(FOLDER.resolve("payment" + suffix));
        ada.pays();
        ada.notice();
        shoot(ada, "declined" + suffix);
        ada.entersTheCard("4242424242424242");
        ada.pays();
        ada.arrivesAt("/orders/");
        ada.page().getByText("Paid with").waitFor();
        shoot(ada, "order" + suffix);
        shoot(ada.to("/nowhere"), "not-found" + suffix);
        shoot(ada.to("/sale/LANTERN-100"), "sale" + suffix);
        ada.checksOut("BOOK-LOAF");
        demo.later(Duration.ofMinutes(11));
        ada.page().reload();
        ada.page().getByText("Hold it again").waitFor();
        shoot(ada, "expired" + suffix);
    }

    /// From the top, once all pictures are there.
    private static void shoot(Visitor visitor, String name) {
        visitor.page()
                .waitForFunction("() => [...document.images].every((it) => it.complete || it.loading === 'lazy')");
        visitor.page().evaluate("window.scrollTo(0, 0)");
        visitor.picture(FOLDER.resolve(name));
    }
}
