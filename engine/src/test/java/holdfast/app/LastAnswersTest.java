package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// How a shop ends what is being answered.
class LastAnswersTest {

    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @Test
    void who_waits_in_a_pipeline_that_is_stuck_is_refused_before_the_api_is_gone() {
        var refused = new CountDownLatch(1);
        LastAnswers.close(
                () -> {
                    Await.opened(refused);
                    heard.add("the API is gone");
                },
                () -> {
                    heard.add("the pipeline refuses");
                    refused.countDown();
                },
                Duration.ZERO);
        assertThat(heard).containsExactly("the pipeline refuses", "the API is gone");
    }

    @Test
    void where_all_are_answered_in_time_the_pipeline_stays_open_for_the_others() {
        LastAnswers.close(
                () -> heard.add("the API is gone"), () -> heard.add("the pipeline refuses"), Duration.ofSeconds(10));
        assertThat(heard).containsExactly("the API is gone");
    }
}
