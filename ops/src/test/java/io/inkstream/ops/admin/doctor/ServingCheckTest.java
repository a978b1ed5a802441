package io.inkstream.ops.admin.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.rollout.Scene;
import io.inkstream.schemas.avro.ModelState;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServingCheckTest {
    private static List<String> look(Scene scene) {
        Findings findings = new Findings("models");
        ServingCheck.look(scene.now(), findings);
        return findings.all().stream()
                .filter(finding -> finding.level() != Finding.Level.OK)
                .map(finding -> finding.level() + " " + finding.what())
                .toList();
    }

    private static Scene well() {
        return new Scene()
                .announced("1", "2")
                .ready("s1", "1", "2")
                .ready("s2", "1", "2")
                .policy(Scene.revision("r1").setStable("1"))
                .routes("t1", "r1", "1");
    }

    @Test
    void ofADeploymentThatIsWellNothingIsSaid() {
        assertThat(look(well())).isEmpty();
    }

    @Test
    void aPolicyThatNamesAVersionWhichIsNotPublishedIsAProblem() {
        assertThat(look(well().policy(Scene.revision("r2").setStable("3"))))
                .singleElement()
                .asString()
                .startsWith("PROBLEM")
                .contains("base:3", "not published");
    }

    @Test
    void aPolicyThatNamesAVersionWhichNoServerHasReadyIsAProblem() {
        assertThat(look(well().announced("3")
                        .says("s1", "base:3", ModelState.REJECTED, "it repeats itself")
                        .policy(Scene.revision("r2").setStable("1").setCandidate("3"))))
                .anySatisfy(said -> assertThat(said).startsWith("PROBLEM").contains("candidate base:3"))
                .anySatisfy(said -> assertThat(said).startsWith("WARNING").contains("it repeats itself"));
    }

    @Test
    void aServerThatFellSilentIsNamedAndOneThatDeregisteredIsNot() {
        assertThat(look(well().says("s3", "base:1", ModelState.READY, "", Scene.NOON.minus(Duration.ofMinutes(5)))
                        .says("s4", "base:1", ModelState.UNLOADED, "", Scene.NOON.minus(Duration.ofMinutes(5)))))
                .singleElement()
                .asString()
                .startsWith("WARNING model server s3");
    }

    @Test
    void anEmptyClusterHasThreeProblems() {
        assertThat(look(new Scene())).hasSize(3).allSatisfy(said -> assertThat(said)
                .startsWith("PROBLEM"));
    }
}
