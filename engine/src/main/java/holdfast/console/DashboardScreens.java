package holdfast.console;

import holdfast.access.Role;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What is going on right now. However many look on, the database is asked once in two seconds.
final class DashboardScreens {

    private static final Duration FRESH = Duration.ofSeconds(2);

    private final Console.Modules modules;
    private final Pace pace;
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable Figures latest;
    private long readAt;

    DashboardScreens(Console.Modules modules) {
        this.modules = modules;
        this.pace = new Pace(modules.answers());
    }

    List<Screen> screens() {
        return List.of(
                Screen.page(Console.HOME, Role.VIEWER, this::show),
                Screen.watched("/console/figures", Role.VIEWER, this::figures));
    }

    record Dashboard(Shell shell, Figures figures) {}

    private void show(Desk desk) {
        desk.page("dashboard", new Dashboard(desk.shell("Now", Console.HOME), latest()));
    }

    private void figures(Desk desk) {
        desk.page("figures", latest());
    }

    private Figures latest() {
        reading.lock();
        try {
            Figures known = latest;
            if (known != null && System.nanoTime() - readAt < FRESH.toNanos()) return known;
            String slowest = pace.slowest();
            Figures read = modules.database().read(tx -> Figures.read(tx, slowest));
            latest = read;
            readAt = System.nanoTime();
            return read;
        } finally {
            reading.unlock();
        }
    }
}
