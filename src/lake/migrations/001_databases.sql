-- Databases, one a layer; lake holds what the lake knows of itself.
CREATE DATABASE IF NOT EXISTS lake;
CREATE DATABASE IF NOT EXISTS bronze;
CREATE DATABASE IF NOT EXISTS silver;
CREATE DATABASE IF NOT EXISTS quarantine;
CREATE DATABASE IF NOT EXISTS gold;
