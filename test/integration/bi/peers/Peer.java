import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Properties;

/** What clickhouse-jdbc sees through the door for BI tools; a line each: name, then what it saw. */
public class Peer {
  public static void main(String[] args) throws Exception {
    Properties user = new Properties();
    user.setProperty("user", "any");
    user.setProperty("password", args[1]);
    try (Connection connection = DriverManager.getConnection(args[0], user)) {
      say("version", connection.getMetaData().getDatabaseProductVersion());
      ResultSet sums = connection.createStatement()
          .executeQuery("SELECT district, sum(readings), min(window_start_local) FROM hourly_summary GROUP BY district ORDER BY district");
      while (sums.next()) say("district", sums.getString(1) + "|" + sums.getLong(2) + "|" + sums.getString(3));
      PreparedStatement one = connection.prepareStatement("SELECT sum(readings) FROM hourly_summary WHERE district = ? AND window_start > ?");
      one.setString(1, "st. john's");
      one.setTimestamp(2, new Timestamp(0));
      ResultSet found = one.executeQuery();
      found.next();
      say("one", String.valueOf(found.getLong(1)));
      say("all", count(connection.createStatement().executeQuery("SELECT * FROM readings")));
      say("many", count(connection.createStatement().executeQuery("SELECT number, toString(number) FROM numbers(100000)")));
      ResultSet schemas = connection.getMetaData().getSchemas();
      while (schemas.next()) say("schema", schemas.getString(1));
      ResultSet tables = connection.getMetaData().getTables(null, "bi", "%", null);
      while (tables.next()) say("table", tables.getString("TABLE_NAME"));
      ResultSet columns = connection.getMetaData().getColumns(null, "bi", "hourly_summary", "mean_speed%");
      while (columns.next()) say("column", columns.getString("COLUMN_NAME") + "|" + columns.getString("TYPE_NAME") + "|" + columns.getString("REMARKS"));
      refused(connection, "CREATE TABLE t (a Int8) ENGINE = Memory");
      refused(connection, "SELECT * FROM lake.rules");
    }
  }

  static void say(String name, String what) {
    System.out.println(name + "\t" + what);
  }

  static String count(ResultSet rows) throws SQLException {
    int count = 0;
    while (rows.next()) count++;
    return String.valueOf(count);
  }

  static void refused(Connection connection, String sql) {
    try {
      connection.createStatement().execute(sql);
      say("refused", "no");
    } catch (SQLException error) {
      say("refused", error.getMessage().replaceFirst("(?s)^Code: (\\d+).*", "$1"));
    }
  }
}
