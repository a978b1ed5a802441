package io.inkstream.ops.admin.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.serde.RegistryUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class DoctorTest {
    private static final Check BROKERS = check("brokers", true, findings -> findings.ok("they answer"));

    private interface Look {
        void at(Findings findings) throws Exception;
    }

    private static Check check(String part, boolean needsBrokers, Look look) {
        return new Check() {
            @Override
            public String part() {
                return part;
            }

            @Override
            public boolean needsBrokers() {
                return needsBrokers;
            }

            @Override
            public void look(Findings findings) throws Exception {
                look.at(findings);
            }
        };
    }

    private static List<Finding> examine(Check... checks) {
        return new Doctor(List.of(checks), Duration.ofSeconds(2)).examine();
    }

    @Test
    void whatHangsOrFailsHidesNoOther() {
        List<Finding> findings = examine(
                BROKERS,
                check("hanging", true, unused -> new CountDownLatch(1).await()),
                check("failing", true, unused -> {
                    throw new IllegalStateException("something is odd");
                }),
                check("forbidden", true, unused -> {
                    throw new TopicAuthorizationException("not yours");
                }),
                check("blind", true, unused -> {
                    throw new RegistryUnavailableException("the registry is away");
                }),
                check("well", true, found -> found.ok("as it should be")));

        assertThat(findings)
                .extracting(finding -> finding.part() + " " + finding.level())
                .containsExactly(
                        "brokers OK",
                        "hanging UNREACHABLE",
                        "failing PROBLEM",
                        "forbidden PROBLEM",
                        "blind UNREACHABLE",
                        "well OK");
        assertThat(findings.get(2).what()).contains("something is odd");
        assertThat(findings.stream().filter(finding -> finding.level() != Finding.Level.OK))
                .allSatisfy(finding -> assertThat(finding.remedy()).isNotEmpty());
    }

    @Test
    void whatAHangingCheckHadFoundIsKept() {
        List<Finding> findings = examine(BROKERS, check("half", true, found -> {
            found.warning("the first half", "look");
            new CountDownLatch(1).await();
        }));

        assertThat(findings)
                .extracting(Finding::level)
                .containsExactly(Finding.Level.OK, Finding.Level.WARNING, Finding.Level.UNREACHABLE);
    }

    @Test
    void withoutBrokersOnlyTheOthersAreLookedAt() {
        List<Finding> findings = examine(
                check("brokers", true, found -> found.unreachable("no answer", "start them")),
                check("registry", false, found -> found.ok("it answers")),
                check("topics", true, found -> found.ok("must not be asked")));

        assertThat(findings).extracting(Finding::part).containsExactly("brokers", "registry", "others");
        assertThat(findings.get(2).what()).contains("topics").doesNotContain("registry");
    }

    @Test
    void whatOthersHaveWrittenCommandsNoTerminal() {
        List<Finding> findings = examine(BROKERS, check("x", true, found -> found.problem("\u001B[2Jgone\nnew", "")));

        assertThat(findings.get(1).what()).doesNotContain("\u001B", "\n");
    }
}
