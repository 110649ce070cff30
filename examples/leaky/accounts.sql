-- For docker-compose.yml's profile `leaky`: poolaudit's account, with the grants of docs/privileges.md, and the
-- application's, with its one table.
CREATE USER IF NOT EXISTS 'poolaudit'@'%' IDENTIFIED BY 'poolaudit-tests';
GRANT PROCESS ON *.* TO 'poolaudit'@'%';
GRANT SELECT ON performance_schema.* TO 'poolaudit'@'%';
GRANT SELECT (user, host, max_user_connections) ON mysql.user TO 'poolaudit'@'%';
CREATE DATABASE IF NOT EXISTS leaky;
CREATE TABLE IF NOT EXISTS leaky.visits (id INT AUTO_INCREMENT PRIMARY KEY, at DATETIME NOT NULL) ENGINE = InnoDB;
CREATE USER IF NOT EXISTS 'leaky'@'%' IDENTIFIED BY 'poolaudit-tests';
GRANT SELECT, INSERT ON leaky.* TO 'leaky'@'%';
