package holdfast.payment.sandbox;

import holdfast.payment.Gateway;
import holdfast.payment.GatewayTest;
import holdfast.psp.SandboxProvider;
import java.net.URI;
import org.junit.jupiter.api.Test;

final class SandboxGatewayTest extends GatewayTest {

    private static final URI SITE = URI.create("http://127.0.0.1:8081");

    @Override
    protected Provider open() {
        var provider = SandboxProvider.inMemory();
        var gateway = new SandboxGateway(provider, SITE);
        return new Provider() {
            @Override
            public Gateway gateway() {
                return gateway;
            }

            @Override
            public void passChallenge(URI page) {
                provider.passChallenge(reference(page));
            }

            @Override
            public void failChallenge(URI page) {
                provider.failChallenge(reference(page));
            }

            @Override
            public void returnRefunds() {
                provider.endRefunds();
            }

            @Override
            public void close() {
                provider.close();
            }
        };
    }

    @Test
    void wallets_and_tokens_pay_like_the_cards_behind_them() {
        check("""
                authorize A 1.00 GBP pm_card_visa_applepay   key a → approved 1.00 GBP visa 4242
                authorize B 1.00 GBP pm_card_visa_googlepay  key b → approved 1.00 GBP visa 4242
                authorize C 1.00 GBP tok_visa                key c → approved 1.00 GBP visa 4242
                authorize D 1.00 GBP pm_card_no_such_thing   key d → declined invalid_payment_method
                """);
    }

    @Test
    void an_answer_lost_after_the_charge_is_found_by_reading_or_by_asking_again() {
        check("""
                authorize P 19.99 GBP pm_card_answerLostAfterCharge  key a → unknown
                retrieve  P                               → requires_capture 19.99 GBP, captured 0.00, refunded 0.00
                authorize P 19.99 GBP pm_card_answerLostAfterCharge  key a → approved 19.99 GBP visa 4242
                capture   P 19.99 GBP                                key c → approved 19.99 GBP
                """);
    }

    @Test
    void a_request_lost_before_the_charge_did_nothing_and_may_be_repeated() {
        check("""
                authorize P 19.99 GBP pm_card_answerLostBeforeCharge  key a → unknown
                retrieve  P                                                 → nothing set aside
                authorize P 19.99 GBP pm_card_answerLostBeforeCharge  key a → approved 19.99 GBP visa 4242
                """);
    }

    @Test
    void canceling_what_never_arrived_keeps_it_from_ever_charging() {
        check("""
                authorize P 19.99 GBP pm_card_answerLostBeforeCharge  key a → unknown
                cancel    P                                           key v → approved 0 XXX
                authorize P 19.99 GBP pm_card_answerLostBeforeCharge  key a → declined payment_canceled
                """);
    }

    @Test
    void a_card_that_was_declined_can_be_followed_by_another() {
        check("""
                authorize P 19.99 GBP pm_card_chargeDeclined  key a → declined generic_decline
                authorize P 19.99 GBP pm_card_visa            key b → approved 19.99 GBP visa 4242
                authorize P 19.99 GBP pm_card_chargeDeclined  key a → declined generic_decline
                retrieve  P                               → requires_capture 19.99 GBP, captured 0.00, refunded 0.00
                """);
    }

    private static String reference(URI page) {
        return page.getPath().substring("/challenge/".length());
    }
}
