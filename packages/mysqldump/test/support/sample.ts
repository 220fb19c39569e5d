/** A small dump with something of everything, for tests that change it. */
export const sampleDump = Buffer.from(String.raw`/*M!999999\- enable the sandbox mode */ 
-- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: sample
-- ------------------------------------------------------

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;
/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;

CREATE DATABASE /*!32312 IF NOT EXISTS*/ ${'`'}sample${'`'} /*!40100 DEFAULT CHARACTER SET utf8mb4 */;
USE ${'`'}sample${'`'};

DROP TABLE IF EXISTS ${'`'}people${'`'};
CREATE TABLE ${'`'}people${'`'} (
  ${'`'}id${'`'} int(10) unsigned NOT NULL AUTO_INCREMENT,
  ${'`'}name${'`'} varchar(100) NOT NULL DEFAULT '',
  ${'`'}about${'`'} text DEFAULT NULL COMMENT 'what; they (say)',
  ${'`'}photo${'`'} blob DEFAULT NULL,
  ${'`'}flags${'`'} bit(4) DEFAULT b'0',
  ${'`'}upper${'`'} varchar(100) GENERATED ALWAYS AS (upper(${'`'}name${'`'})) VIRTUAL,
  PRIMARY KEY (${'`'}id${'`'}),
  UNIQUE KEY ${'`'}name${'`'} (${'`'}name${'`'}(50))
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4;

LOCK TABLES ${'`'}people${'`'} WRITE;
/*!40000 ALTER TABLE ${'`'}people${'`'} DISABLE KEYS */;
INSERT INTO ${'`'}people${'`'} (${'`'}id${'`'}, ${'`'}name${'`'}, ${'`'}about${'`'}, ${'`'}photo${'`'}, ${'`'}flags${'`'}) VALUES
(1,'Ann','It\'s -- no comment; \"really\"\nline two',NULL,b'0101'),
(2,'Bob','東京 café 🚲','\0\\\'raw',''),
(3,'Cy',NULL,0x00FF,0x0F),
(4,'D''Arcy','a,b),(c',_binary 'x',NULL);
/*!40000 ALTER TABLE ${'`'}people${'`'} ENABLE KEYS */;
UNLOCK TABLES;
DELIMITER ;;
/*!50003 CREATE TRIGGER t BEFORE INSERT ON ${'`'}people${'`'} FOR EACH ROW BEGIN
  INSERT INTO log VALUES ('never a row; at all');
END */;;
DELIMITER ;
CREATE TABLE ${'`'}numbers${'`'} (
  ${'`'}n${'`'} bigint(20) NOT NULL,
  ${'`'}d${'`'} decimal(10,2) DEFAULT NULL,
  ${'`'}f${'`'} double DEFAULT NULL,
  KEY ${'`'}n${'`'} (${'`'}n${'`'})
) ENGINE=InnoDB;
INSERT INTO ${'`'}numbers${'`'} VALUES (9223372036854775807,1.10,-1.5e-300),(-1,NULL,0),(0,0.00,1e22);
INSERT INTO ${'`'}numbers${'`'} VALUES (1,2.00,3);
REPLACE INTO ${'`'}numbers${'`'} VALUES (4,5.00,6) /* done */;

/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;
/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;

-- Dump completed on 2026-01-01 00:00:00
`);
