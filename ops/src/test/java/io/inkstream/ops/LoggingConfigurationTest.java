package io.inkstream.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.Test;

/** The logging of the shipped processes. */
class LoggingConfigurationTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void everyLoggerThatIsTurnedDownIsOneThatExists() throws Exception {
        configure();

        List<Logger> turnedDown = context.getLoggerList().stream()
                .filter(logger -> logger.getLevel() != null && !logger.getName().equals("ROOT"))
                .toList();

        assertThat(turnedDown).isNotEmpty();
        for (Logger logger : turnedDown) {
            assertThat(Class.forName(logger.getName())).isNotNull();
        }
    }

    @Test
    void clientsDoNotSayTheirSettings() throws Exception {
        configure();

        assertThat(context.getLogger(AbstractConfig.class).isEnabledFor(Level.INFO))
                .isFalse();
        assertThat(context.getLogger("org.apache.kafka").isEnabledFor(Level.INFO))
                .isTrue();
    }

    private void configure() throws Exception {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Path.of("src/main/dist/conf/logback.xml").toFile());
    }
}
