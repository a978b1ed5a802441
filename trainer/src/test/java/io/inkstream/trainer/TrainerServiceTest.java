package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.Fixtures;
import io.inkstream.trainer.dataset.SampleSpool;
import io.inkstream.trainer.dataset.TestTopic;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.publish.BundleMaker;
import io.inkstream.trainer.publish.Learned;
import io.inkstream.trainer.publish.Publication;
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
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerServiceTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
    private static final int MOST_ACTS = 20;
    private static final PublicationGate GATE = new PublicationGate(PublicationGate.Thresholds.DEFAULTS);
    private static final Map<String, Object> GOOD_CARD = card(0.97);

    @TempDir
    Path folder;

    private final TestTopic topic = new TestTopic(1);
    private final List<ModelId> trained = new ArrayList<>();
    private final List<Path> runFolders = new ArrayList<>();
    private final FakeCluster cluster = new FakeCluster();
    private final List<ModelBundle> published = cluster.published;
    private Map<String, String> provenance;
    private Optional<ModelBundle> parent = Optional.empty();
    private Map<String, Object> nextCard = GOOD_CARD;
    private int topicSize;
    private boolean collapses;
    private boolean stops;
    private Runnable beforeTraining = () -> {};
    private boolean isBroken;

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

        assertThat(parent).hasValue(published.get(0));
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
    void modelThatCouldNotBePublishedIsPublishedLaterWithoutAnotherTraining() throws Exception {
        add(10);
        cluster.isAway = true;
        assertThatThrownBy(() -> service().look()).isInstanceOf(WriteFailedException.class);
        cluster.isAway = false;

        assertThat(service().look()).isTrue();
        assertThat(trained).hasSize(1);
        assertThat(published).hasSize(1);
    }

    @Test
    void hundredReplacedByHundredOthersAreTwoHundredChanges() throws Exception {
        add(10);
        service().look();
        for (int i = 0; i < 3; i++) {
            topic.put(0, "id" + i, null);
            topic.put(0, "other" + i, Fixtures.sample("b", i));
        }

        assertThat(service().look()).isTrue(); // 6 changes, 5 asked for
        assertThat(published).hasSize(2);
    }

    @Test
    void otherImagesUnderTheSameKeysAreChanges() throws Exception {
        add(10);
        service().look();
        for (int i = 0; i < 3; i++) {
            topic.put(0, "id" + i, Fixtures.sample("a", 1000 + i));
        }

        assertThat(service().look()).isTrue();
    }

    @Test
    void samplesThatComeAndGoInBetweenAreNoChange() throws Exception {
        add(10);
        service().look();
        for (int i = 0; i < 9; i++) {
            topic.put(0, "guest" + i, Fixtures.sample("b", i));
            topic.put(0, "guest" + i, null);
        }

        assertThat(service().look()).isFalse();
    }

    /** Before and after everything that is done to a file or to the cluster, the process ends; the next one goes on. */
    @Test
    void samplesArePublishedOnceWhereverTheProcessEnds() throws Exception {
        add(10);
        int crashes = 0;
        for (int act = 0; act < MOST_ACTS; act++) {
            Path own = folder.resolve("crash-" + act);
            FakeCluster ownCluster = new FakeCluster();
            Acts acts = new Acts(act);
            boolean crashed = false;
            try {
                service(own, new CrashingDisk(acts), new CrashingCluster(ownCluster, acts), at(0))
                        .look();
            } catch (Crash e) {
                crashed = true;
                crashes++;
            }
            // Later, so that a version that is made anew has another id.
            for (int look = 1; look <= 3; look++) {
                service(own, new RealActs(), ownCluster, at(look)).look();
            }

            assertThat(ownCluster.published).as("crash at act " + act).hasSize(1);
            assertThat(ownCluster.last.model())
                    .isEqualTo(ownCluster.published.get(0).manifest().id().toString());
            assertThat(own.resolve("published.zip"))
                    .hasBinaryContent(ownCluster.published.get(0).toBytes());
            assertThat(own.resolve("publishing.state")).doesNotExist();
            if (!crashed) {
                assertThat(crashes).isGreaterThanOrEqualTo(8);
                return;
            }
        }
        throw new AssertionError("a training of more than " + MOST_ACTS + " acts");
    }

    @Test
    void anotherFolderDoesNotPublishTheSameSamplesAgain() throws Exception {
        add(10);
        service().look();

        assertThat(service(folder.resolve("another"), new RealActs(), cluster, at(9))
                        .look())
                .isFalse();
        assertThat(trained).hasSize(1);
    }

    @Test
    void anotherFolderCountsChangesFromWhatTheClusterRemembers() throws Exception {
        add(10);
        service().look();
        add(4);
        TrainerService another = service(folder.resolve("another"), new RealActs(), cluster, at(9));
        assertThat(another.look()).isFalse();
        add(1);

        assertThat(another.look()).isTrue();
    }

    @Test
    void twoTrainersOfOneNamePublishTheSameSamplesOnce() throws Exception {
        add(10);
        cluster.isAway = true;
        assertThatThrownBy(() -> service().look()).isInstanceOf(WriteFailedException.class);
        cluster.isAway = false;
        assertThat(service(folder.resolve("another"), new RealActs(), cluster, at(9))
                        .look())
                .isTrue();

        assertThat(service().look()).isFalse();
        assertThat(service().look()).isFalse();
        assertThat(published).hasSize(1);
    }

    @Test
    void stateThatIsDamagedIsPassedOverAndTheClusterStillKnows() throws Exception {
        add(10);
        service().look();
        Files.write(folder.resolve("trained.state"), new byte[] {1, 2, 3});
        Files.write(folder.resolve("publishing.state"), new byte[0]);

        assertThat(service().look()).isFalse();
        assertThat(published).hasSize(1);
    }

    @Test
    void stateOfAnEarlierReleaseIsRead() throws Exception {
        add(10);
        Files.writeString(
                folder.resolve("trained.json"), "{\"digest\":\"sha256:0\",\"samples\":10,\"publishedCard\":{}}");

        assertThat(service().look()).isFalse();
        add(5);
        assertThat(service().look()).isTrue();
    }

    @Test
    void bugInATrainingIsNotTriedAgainOnTheSameSamplesAndEndsNothing() throws Exception {
        add(10);
        isBroken = true;
        assertThatThrownBy(() -> service().look())
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("NullPointerException");

        assertThat(service().look()).isFalse();
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

    @Test
    void serviceThatIsClosedMeanwhileTellsItsTrainingToStop() throws Exception {
        add(10);
        TrainerService service = service();
        beforeTraining = service::close;

        assertThat(service.look()).isFalse();
        assertThat(trained).isEmpty();
        beforeTraining = () -> {};
        assertThat(service().look()).isTrue();
    }

    private void add(int count) {
        int known = topicSize;
        for (int i = known; i < known + count; i++) {
            topic.put(0, "id" + i, Fixtures.sample("a", i));
        }
        topicSize += count;
    }

    private TrainerService service() {
        return service(folder, new RealActs(), cluster, CLOCK);
    }

    private TrainerService service(Path own, TrainerState.Disk disk, Publication publication, InstantSource clock) {
        return new TrainerService(
                new TrainerService.Config(own, "hand", 10, 5, Duration.ofHours(1)),
                new TrainerState(own, disk),
                () -> new SampleSpool(
                        own.resolve("spool"), topic.consumer(), TestTopic.TOPIC, clock, SampleSpool.TRUSTED_FOR),
                this::train,
                publication,
                GATE,
                clock);
    }

    private static InstantSource at(int hours) {
        return InstantSource.fixed(CLOCK.instant().plus(Duration.ofHours(hours)));
    }

    /** The process ends here; no code of ours is told. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Counts what is done, and ends the process before or after one of them. */
    private static final class Acts {
        private final int crashAt;
        private int count;

        Acts(int crashAt) {
            this.crashAt = crashAt;
        }

        void mayCrash() {
            if (count++ == crashAt) {
                throw new Crash();
            }
        }
    }

    private static class RealActs implements TrainerState.Disk {
        private final TrainerState.Disk disk = TrainerState.realDisk();

        @Override
        public void replace(Path file, byte[] content) throws IOException {
            disk.replace(file, content);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            disk.move(from, to);
        }

        @Override
        public void delete(Path file) throws IOException {
            disk.delete(file);
        }
    }

    private static final class CrashingDisk extends RealActs {
        private final Acts acts;

        CrashingDisk(Acts acts) {
            this.acts = acts;
        }

        @Override
        public void replace(Path file, byte[] content) throws IOException {
            acts.mayCrash();
            super.replace(file, content);
            acts.mayCrash();
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            acts.mayCrash();
            super.move(from, to);
            acts.mayCrash();
        }

        @Override
        public void delete(Path file) throws IOException {
            acts.mayCrash();
            super.delete(file);
            acts.mayCrash();
        }
    }

    private static final class CrashingCluster implements Publication {
        private final Publication cluster;
        private final Acts acts;

        CrashingCluster(Publication cluster, Acts acts) {
            this.cluster = cluster;
            this.acts = acts;
        }

        @Override
        public Optional<Learned> last() throws WriteFailedException {
            acts.mayCrash();
            return cluster.last();
        }

        @Override
        public Learned publish(byte[] file, ModelBundle bundle, Learned learned) throws WriteFailedException {
            acts.mayCrash();
            Learned last = cluster.publish(file, bundle, learned);
            acts.mayCrash();
            return last;
        }
    }

    /** What the cluster has, whatever becomes of those who write to it. */
    private static final class FakeCluster implements Publication {
        private final List<ModelBundle> published = new ArrayList<>();
        private Learned last;
        private boolean isAway;

        @Override
        public Optional<Learned> last() {
            return Optional.ofNullable(last);
        }

        @Override
        public Learned publish(byte[] file, ModelBundle bundle, Learned learned) throws WriteFailedException {
            if (isAway) {
                throw new WriteFailedException("no broker", null);
            }
            if (last == null || !last.digest().equals(learned.digest())) {
                assertThat(file).isEqualTo(bundle.toBytes());
                published.add(bundle);
                last = learned;
            }
            return last;
        }
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

    private Optional<TrainedBundle> train(TrainerService.Task task, BooleanSupplier stopping)
            throws TrainingException, IOException {
        beforeTraining.run();
        if (stops || stopping.getAsBoolean()) {
            return Optional.empty();
        }
        trained.add(task.id());
        runFolders.add(task.folder());
        Files.write(Files.createDirectories(task.folder().resolve("generator")).resolve("checkpoint"), new byte[1]);
        provenance = task.provenance();
        parent = task.parent();
        if (isBroken) {
            throw new NullPointerException("a bug");
        }
        if (collapses) {
            throw new TrainingException("collapsed");
        }
        TrainedModel model = new TrainedModel(
                new byte[] {1},
                new byte[] {2},
                Optional.empty(),
                nextCard,
                new TrainedModel.Training(
                        CharacterClasses.PRINTABLE_ASCII.characters(), 32, 64, List.of("test"), task.provenance()));
        ModelBundle bundle = BundleMaker.standard()
                .make(task.id(), parent.map(p -> p.manifest().id()), model);
        return Optional.of(new TrainedBundle(bundle, task.folder().resolve("x.zip"), GATE.objections(nextCard)));
    }
}
