package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.Fixtures;
import io.inkstream.trainer.dataset.SampleSpool;
import io.inkstream.trainer.dataset.TestTopic;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.publish.BundleMaker;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.publish.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerServiceTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
    private static final PublicationGate GATE = new PublicationGate(PublicationGate.Thresholds.DEFAULTS);
    private static final Map<String, Object> GOOD_CARD = card(0.97);

    @TempDir
    Path folder;

    private final TestTopic topic = new TestTopic(1);
    private final List<ModelId> trained = new ArrayList<>();
    private final List<Path> runFolders = new ArrayList<>();
    private final List<TrainedBundle> published = new ArrayList<>();
    private Map<String, String> provenance;
    private Optional<ModelBundle> parent = Optional.empty();
    private Map<String, Object> nextCard = GOOD_CARD;
    private int topicSize;
    private boolean collapses;
    private boolean stops;

    @Test
    void waitsForEnoughSamples() throws Exception {
        add(9);

        assertThat(service().look()).isFalse();
        assertThat(trained).isEmpty();
    }

    @Test
    void enoughSamplesAreTrainedOnAndPublishedWithTheirOffsets() throws Exception {
        add(10);

        assertThat(service().look()).isTrue();
        assertThat(trained).containsExactly(ModelId.parse("hand:20260102-030405"));
        assertThat(published).hasSize(1);
        assertThat(provenance).containsEntry("dataOffsets", "glyph-samples 0@10");
    }

    @Test
    void restartDoesNotTrainTheSameAgainNorForAFewNewSamples() throws Exception {
        add(10);
        service().look();
        assertThat(service().look()).isFalse();
        add(4);

        assertThat(service().look()).isFalse();
        assertThat(trained).hasSize(1);
    }

    @Test
    void enoughNewSamplesAreTrainedOn() throws Exception {
        add(10);
        service().look();
        add(5);

        assertThat(service().look()).isTrue();
        assertThat(published).hasSize(2);
    }

    @Test
    void modelThatTheGateRefusesIsNotPublished() throws Exception {
        add(10);
        nextCard = card(0.5);

        assertThat(service().look()).isFalse();
        assertThat(trained).hasSize(1);
        assertThat(published).isEmpty();
    }

    @Test
    void newModelThatIsWorseThanTheOnePublishedBeforeIsNotPublished() throws Exception {
        add(10);
        service().look();
        Files.delete(folder.resolve("published.zip"));
        add(5);
        nextCard = card(0.91); // good enough for the gate by itself

        assertThat(service().look()).isFalse();
        assertThat(published).hasSize(1);
    }

    @Test
    void whatWasPublishedLastIsTheParentOfTheNext() throws Exception {
        add(10);
        service().look();
        assertThat(parent).isEmpty();
        add(5);

        service().look();

        assertThat(parent).hasValue(published.get(0).bundle());
    }

    @Test
    void modelThatWasRefusedIsNobodysParent() throws Exception {
        add(10);
        nextCard = card(0.5);
        service().look();
        add(5);

        service().look();

        assertThat(parent).isEmpty();
    }

    @Test
    void publishedModelThatCannotBeReadAnyMoreMeansANewOne() throws Exception {
        add(10);
        service().look();
        Files.write(folder.resolve("published.zip"), new byte[] {1, 2, 3});
        add(5);

        assertThat(service().look()).isTrue();
        assertThat(parent).isEmpty();
    }

    @Test
    void collapsedTrainingIsNotTriedAgainOnTheSameSamples() throws Exception {
        add(10);
        collapses = true;
        assertThatThrownBy(() -> service().look()).isInstanceOf(TrainingException.class);
        collapses = false;

        assertThat(service().look()).isFalse();
    }

    @Test
    void stoppedTrainingGoesOnAtTheNextStart() throws Exception {
        add(10);
        stops = true;
        assertThat(service().look()).isFalse();
        stops = false;

        assertThat(service().look()).isTrue();
    }

    @Test
    void modelThatCouldNotBePublishedIsTriedAgain() throws Exception {
        add(10);
        TrainerService broken = service(model -> {
            throw new WriteFailedException("no broker", null);
        });
        assertThatThrownBy(broken::look).isInstanceOf(WriteFailedException.class);

        assertThat(service().look()).isTrue();
    }

    @Test
    void foldersOfOldTrainingsAreDeleted() throws Exception {
        for (int i = 0; i < 5; i++) {
            add(10);
            assertThat(service().look()).isTrue();
            // As if an hour lay between them.
            Files.setLastModifiedTime(
                    runFolders.get(i), FileTime.from(CLOCK.instant().plusSeconds(3600L * i)));
        }

        assertThat(runFolders).hasSize(5);
        assertThat(runFolders.subList(0, 2)).noneMatch(Files::exists);
        assertThat(runFolders.subList(2, 5)).allMatch(Files::exists);
    }

    @Test
    void closedServiceEndsWithoutWaiting() throws Exception {
        TrainerService service = service();
        service.close();

        service.run(); // a service that does not see it would wait for an hour here
        assertThat(trained).isEmpty();
    }

    private void add(int count) {
        int known = topicSize;
        for (int i = known; i < known + count; i++) {
            topic.put(0, "id" + i, Fixtures.sample("a", i));
        }
        topicSize += count;
    }

    private TrainerService service() {
        return service(published::add);
    }

    private TrainerService service(TrainerService.Publication publication) {
        return new TrainerService(
                new TrainerService.Config(folder, "hand", 10, 5, Duration.ofHours(1)),
                () -> new SampleSpool(
                        folder.resolve("spool"), topic.consumer(), TestTopic.TOPIC, CLOCK, SampleSpool.TRUSTED_FOR),
                (runFolder, id) -> new FakeTraining(runFolder, id),
                publication,
                GATE,
                CLOCK);
    }

    private static Map<String, Object> card(double casRatio) {
        return Map.of(
                "cas_ratio", casRatio,
                "cas", casRatio * 0.7,
                "cas_real", 0.7,
                "samples", 6000,
                "frechet_excess", 0.1,
                "deviation_ratio", 0.97,
                "accuracy_generated", 0.78,
                "accuracy_real", 0.78);
    }

    private final class FakeTraining implements TrainerService.Training {
        private final Path runFolder;
        private final ModelId id;

        FakeTraining(Path runFolder, ModelId id) {
            this.runFolder = runFolder;
            this.id = id;
        }

        @Override
        public Optional<TrainedBundle> train(
                CollectedSamples samples, Optional<ModelBundle> givenParent, Map<String, String> given)
                throws TrainingException, IOException {
            if (stops) {
                return Optional.empty();
            }
            trained.add(id);
            runFolders.add(runFolder);
            Files.write(Files.createDirectories(runFolder.resolve("generator")).resolve("checkpoint"), new byte[1]);
            provenance = given;
            parent = givenParent;
            if (collapses) {
                throw new TrainingException("collapsed");
            }
            TrainedModel model = new TrainedModel(
                    new byte[] {1},
                    new byte[] {2},
                    Optional.empty(),
                    nextCard,
                    new TrainedModel.Training(
                            CharacterClasses.PRINTABLE_ASCII.characters(), 32, 64, List.of("test"), given));
            ModelBundle bundle =
                    BundleMaker.standard().make(id, parent.map(p -> p.manifest().id()), model);
            return Optional.of(new TrainedBundle(bundle, runFolder.resolve("x.zip"), GATE.objections(nextCard)));
        }

        @Override
        public void stop() {}

        @Override
        public void close() {}
    }
}
