package io.inkstream.ops;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.inkstream.schemas.AdminClients;
import org.apache.kafka.clients.admin.Admin;

/** Arrows that Maven cannot see: think about layering before changing one. */
@AnalyzeClasses(packages = "io.inkstream", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.inkstream.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingGoesSideways = noClasses()
            .that()
            .resideInAPackage("io.inkstream.topology..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.inkstream.modelserver..", "io.inkstream.trainer..", "io.inkstream.ops..");

    @ArchTest
    static final ArchRule theModelServerKnowsNoNeighbour = noClasses()
            .that()
            .resideInAPackage("io.inkstream.modelserver..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.inkstream.topology..", "io.inkstream.trainer..", "io.inkstream.ops..");

    @ArchTest
    static final ArchRule theTrainerKnowsNoNeighbour = noClasses()
            .that()
            .resideInAPackage("io.inkstream.trainer..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.inkstream.topology..", "io.inkstream.modelserver..", "io.inkstream.ops..");

    @ArchTest
    static final ArchRule theContractKnowsNobody = noClasses()
            .that()
            .resideInAPackage("io.inkstream.schemas..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.inkstream.topology..",
                    "io.inkstream.modelserver..",
                    "io.inkstream.trainer..",
                    "io.inkstream.ops..");

    @ArchTest
    static final ArchRule compositingIsPure = noClasses()
            .that()
            .resideInAPackage("io.inkstream.modelserver.compositing..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..",
                    "io.grpc..",
                    "ai.onnxruntime..",
                    "java.nio.file..",
                    "java.net..",
                    "java.time..")
            .because("a line is a function of its request: no topic, network, file or clock may have a say");

    @ArchTest
    static final ArchRule joinsAreGeometry = noClasses()
            .that()
            .resideInAPackage("io.inkstream.modelserver.joins..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages(
                    "java.lang..", "java.util..", "java.io..", "java.nio.charset..", "io.inkstream.modelserver.joins..")
            .because("how letters join is a function of their lines and a table");

    @ArchTest
    static final ArchRule onlyTheComposerJoins = noClasses()
            .that()
            .resideOutsideOfPackages("io.inkstream.modelserver.joins..", "io.inkstream.modelserver.compositing..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.inkstream.modelserver.joins..");

    @ArchTest
    static final ArchRule anImageIsOpaqueToTheTopology = noClasses()
            .that()
            .resideInAPackage("io.inkstream.topology..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnxruntime..", "org.nd4j..");

    @ArchTest
    static final ArchRule whatMakesLinesOfATextKnowsNoKafka = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.inkstream.topology.layout..",
                    "io.inkstream.topology.plan..",
                    "io.inkstream.topology.tokenise..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..")
            .because("replays, benches and the explorer use it without a topology");

    @ArchTest
    static final ArchRule onlyTheRepositoryOfTheModelServerReadsTopics = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.inkstream.modelserver.batching..",
                    "io.inkstream.modelserver.hand..",
                    "io.inkstream.modelserver.predict..",
                    "io.inkstream.modelserver.rpc..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule nobodyImportsTheCommandLine = noClasses()
            .that()
            .resideInAnyPackage("io.inkstream.ops.client..", "io.inkstream.ops.stack..", "io.inkstream.ops.web..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.inkstream.ops.cli..");

    @ArchTest
    static final ArchRule benchmarksDoNotKnowEachOther =
            slices().matching("io.inkstream.ops.bench.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule adminClientsAreMadeInOnePlace = noClasses()
            .that()
            .areNotAssignableTo(AdminClients.class)
            .should()
            .callMethodWhere(target(name("create")).and(target(owner(assignableTo(Admin.class)))))
            .because("one with Kafka's defaults fills the disk with log lines while no broker is there");
}
