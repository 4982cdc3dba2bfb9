package holdfast.browser;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Page;
import holdfast.app.RunningDemo;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Measures how soon a page of the shop is seen; no test of the suite, but a command: `-Dtest=FirstPaint`. It
/// looks at a demo of its own, or at a shop that runs already: `-Dshop=http://127.0.0.1:8080`.
///
/// Each load is by a browser that knows nothing of the shop. What it costs to start and to get warm is not
/// measured, and what else the machine is doing is told beside the figures.
class FirstPaint {

    private static final int WARM = 10;
    private static final int LOADS = 21;

    /// The first is a few words without anything else: what a browser takes for any page at all.
    private static final List<String> PATHS = List.of("/healthz", "/", "/products", "/products/MUG-STO-MOS", "/cart");

    private static final String TIMES = """
            () => {
              const page = performance.getEntriesByType("navigation")[0];
              const painted = performance.getEntriesByName("first-contentful-paint")[0];
              return { answered: page.responseStart, arrived: page.responseEnd, painted: painted?.startTime ?? -1 };
            }
            """;

    /// One load, in milliseconds from when it was asked for.
    private record Load(double answered, double arrived, double painted) {}

    @Test
    void every_page_of_the_shop() {
        String shop = System.getProperty("shop");
        if (shop == null) {
            try (var demo = new RunningDemo()) {
                measure(demo.url());
            }
        } else {
            measure(URI.create(shop));
        }
    }

    private static void measure(URI shop) {
        System.out.printf(
                "First paint, median and worst of %d loads by a new browser, in ms; load average %.2f on %d CPUs%n",
                LOADS,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors());
        System.out.printf("%-24s %10s %10s %10s %10s%n", "page", "answered", "arrived", "painted", "worst");
        for (String path : PATHS) {
            for (int i = 0; i < WARM; i++) load(shop, path);
            var loads = new ArrayList<Load>();
            for (int i = 0; i < LOADS; i++) loads.add(load(shop, path));
            System.out.printf(
                    "%-24s %10.1f %10.1f %10.1f %10.1f%n",
                    path,
                    median(loads.stream().map(Load::answered).toList()),
                    median(loads.stream().map(Load::arrived).toList()),
                    median(loads.stream().map(Load::painted).toList()),
                    loads.stream().mapToDouble(Load::painted).max().orElseThrow());
        }
    }

    private static Load load(URI shop, String path) {
        try (Visitor visitor = Visitor.with(shop, new NewContextOptions().setViewportSize(1280, 900))) {
            Page page = visitor.to(path).page();
            page.waitForFunction("() => performance.getEntriesByName('first-contentful-paint').length > 0");
            var times = (Map<?, ?>) page.evaluate(TIMES);
            return new Load(number(times, "answered"), number(times, "arrived"), number(times, "painted"));
        }
    }

    private static double number(Map<?, ?> times, String name) {
        return times.get(name) instanceof Number number ? number.doubleValue() : -1;
    }

    private static double median(List<Double> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }
}
