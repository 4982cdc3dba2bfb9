package holdfast.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class IdsTest {

    @Test
    void an_id_is_a_uuid_of_version_7_and_carries_its_time() {
        long before = System.currentTimeMillis();
        UUID id = Ids.next();
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.getMostSignificantBits() >>> 16).isBetween(before, System.currentTimeMillis() + 1_000);
    }

    @Test
    void ids_ascend_as_text_and_as_bytes_also_in_a_burst() {
        String last = "";
        for (int i = 0; i < 50_000; i++) {
            String next = Ids.next().toString();
            assertThat(next).isGreaterThan(last);
            last = next;
        }
    }

    @Test
    void many_threads_never_make_the_same_id() {
        Set<UUID> ids = Collections.synchronizedSet(new HashSet<>());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                threads.execute(() -> {
                    for (int j = 0; j < 1_000; j++) {
                        ids.add(Ids.next());
                    }
                });
            }
        }
        assertThat(ids).hasSize(50_000);
    }
}
